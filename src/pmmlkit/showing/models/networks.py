"""NeuralNetwork, SupportVectorMachineModel and GaussianProcessModel.

Specification: chapters of the same names.
"""

from __future__ import annotations

from typing import Any

from pmmlkit.showing.facts import Shape, Table, Value
from pmmlkit.showing.formula import Formula, Listing, Names, Part
from pmmlkit.showing.formulas import comparison, derived_formula
from pmmlkit.showing.models.reading import array_items, counted, facts, joined, plain, vector

__all__ = ["gaussian_process", "neural_network", "support_vector_machine"]


def neural_network(model: Any, names: Names) -> Shape:
    """Describe a NeuralNetwork by its layers."""
    inputs = getattr(model.neural_inputs, "neural_inputs", None) or ()
    outputs = getattr(model.neural_outputs, "neural_outputs", None) or ()
    layers = model.neural_layers or ()
    rows = []
    for number, layer in enumerate(layers, 1):
        neurons = layer.neurons or ()
        normalization = layer.normalization_method
        if normalization is None and number == len(layers):
            normalization = model.normalization_method
        rows.append(
            (
                number,
                len(neurons),
                layer.activation_function or model.activation_function,
                None if normalization == "none" else normalization,
                sum(len(neuron.cons or ()) for neuron in neurons),
                sum(neuron.bias is not None for neuron in neurons),
            )
        )
    widths = "-".join(str(width) for width in (len(inputs), *(row[1] for row in rows)))
    weights = sum(row[4] for row in rows)
    tables = [
        Table(
            "layers",
            ("layer", "neurons", "activation", "normalization", "weights", "biases"),
            tuple(rows),
        ),
        Table(
            "inputs", ("neuron", "formula"), tuple(_neuron(item, item.id, names) for item in inputs)
        ),
        Table(
            "outputs",
            ("neuron", "formula"),
            tuple(_neuron(item, item.output_neuron, names) for item in outputs),
        ),
    ]
    return Shape(
        f"neural network {widths}, {counted(weights, 'weight')}, {model.activation_function}",
        facts(
            inputs=len(inputs),
            layers=len(layers),
            neurons=sum(row[1] for row in rows),
            weights=weights,
            activation=model.activation_function,
            normalization=None
            if model.normalization_method == "none"
            else model.normalization_method,
            threshold=model.threshold if model.activation_function == "threshold" else None,
        ),
        tuple(tables),
    )


def _neuron(item: Any, id: str | None, names: Names) -> tuple[Value, ...]:
    derived = item.derived_field
    return (id, None if derived is None else derived_formula(derived, names))


def support_vector_machine(model: Any, names: Names) -> Shape:
    """Describe a SupportVectorMachineModel by its kernel and its machines."""
    machines = model.support_vector_machines or ()
    dictionary = model.vector_dictionary
    vectors = () if dictionary is None else dictionary.vector_instances or ()
    fields = getattr(getattr(dictionary, "vector_fields", None), "fields", None) or ()
    rows = tuple(_machine(machine, model) for machine in machines)
    kernel = _kernel(model.kernel)
    representation = model.svm_representation
    tables = [
        Table("machines", ("target", "against", "vectors", "coefficients", "threshold"), rows)
    ]
    if representation == "Coefficients":
        tables.append(_coefficients(machines, fields, names))
    method = model.classification_method if model.function_name == "classification" else None
    return Shape(
        joined(
            counted(len(machines), "support vector machine"),
            _kernel_name(model.kernel),
            counted(len(vectors), "vector") if vectors else None,
            counted(len(fields), "field"),
        ),
        facts(
            kernel=kernel,
            representation=representation,
            classification=method,
            max_wins=True if model.max_wins else None,
            threshold=model.threshold or None,
            vectors=len(vectors),
            fields=_vector_fields(fields, names),
        ),
        tuple(tables),
    )


def _machine(machine: Any, model: Any) -> tuple[Value, ...]:
    support = machine.support_vectors
    coefficients = getattr(machine.coefficients, "coefficients", None) or ()
    shift = getattr(machine.coefficients, "absolute_value", None)
    against = machine.alternate_target_category
    return (
        machine.target_category,
        model.alternate_binary_target_category if against is None else against,
        None if support is None else len(support.support_vectors or ()),
        len(coefficients),
        machine.threshold if machine.threshold is not None else shift,
    )


def _vector_fields(fields: Any, names: Names) -> Formula | None:
    items = tuple((str(_vector_field(item, names)),) for item in fields)
    return Formula((Listing(items),)) if items else None


def _vector_field(item: Any, names: Names) -> Formula:
    if item.tag == "CategoricalPredictor":
        return comparison(item.name, "equal", item.value, names)
    return Formula((names.field(item.field),))


def _coefficients(machines: Any, fields: Any, names: Names) -> Table:
    columns = [machine.target_category or "coefficient" for machine in machines]
    values = [
        [item.value for item in getattr(machine.coefficients, "coefficients", None) or ()]
        for machine in machines
    ]
    rows = [
        (_vector_field(field, names), *(row[at] if at < len(row) else None for row in values))
        for at, field in enumerate(fields)
    ]
    shifts = [getattr(machine.coefficients, "absolute_value", None) for machine in machines]
    rows.insert(0, (Formula(("intercept",)), *shifts))
    return Table("coefficients", ("field", *columns), tuple(rows))


def _kernel_name(kernel: Any) -> str | None:
    return None if kernel is None else kernel.tag.removesuffix("Type").replace("Kernel", " kernel")


def _kernel(kernel: Any) -> Formula | None:
    """Return the kernel as a formula of two vectors."""
    if kernel is None:
        return None
    if kernel.tag == "LinearKernelType":
        return Formula(("x . y",))
    gamma = plain(kernel.gamma)
    if kernel.tag == "RadialBasisKernelType":
        return Formula(("exp(-", gamma, " * |x - y|^2)"))
    inside: tuple[Part, ...] = (gamma, " * x . y + ", plain(kernel.coef0))
    if kernel.tag == "PolynomialKernelType":
        return Formula(("(", *inside, ") ^ ", plain(kernel.degree)))
    return Formula(("tanh(", *inside, ")"))


def gaussian_process(model: Any, names: Names) -> Shape:
    """Describe a GaussianProcessModel by its kernel and its training instances."""
    kernel = model.kernel
    instances = model.training_instances
    table = getattr(instances, "inline_table", None)
    rows = 0 if table is None else len(table.rows)
    fields = getattr(getattr(instances, "instance_fields", None), "instance_fields", None) or ()
    scales = [array_items(item.array) for item in getattr(kernel, "lambdas", None) or ()]
    own = getattr(kernel, "length_scale", None)
    scale = own if own is not None else vector(scales[0]) if scales else None
    kind = None if kernel is None else kernel.tag
    return Shape(
        joined("Gaussian process", kind, counted(rows, "training instance")),
        facts(
            kernel=kind,
            gamma=getattr(kernel, "gamma", None),
            noise_variance=getattr(kernel, "noise_variance", None),
            length_scale=scale,
            degree=getattr(kernel, "degree", None),
            optimizer=model.optimizer,
            training_instances=rows,
            training_fields=names.fields(item.field for item in fields) or None,
        ),
    )
