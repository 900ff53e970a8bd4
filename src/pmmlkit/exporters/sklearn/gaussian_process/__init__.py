"""sklearn.gaussian_process: sums of kernels over the training rows.

No other engine reads a GaussianProcessModel: so kernels that a SupportVectorMachineModel has are
written as one, all others as expressions.
"""

from pmmlkit.exporters.sklearn.gaussian_process import processes

__all__ = ["processes"]
