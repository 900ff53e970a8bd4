"""Let Spark 2.4 run on Java 11: raise the newest class file that its reader of classes accepts.

    python raise_class_version.py .../site-packages/pyspark/jars/xbean-asm6-shaded-4.8.jar

Only for the throw-away environment in which fixtures are made: the jar is changed in place.
"""

from __future__ import annotations

import shutil
import sys
import zipfile
from pathlib import Path

READER = "org/apache/xbean/asm6/ClassReader.class"
COMPARED = b"\x10\x36\xa4"
"""bipush 54 (class files of Java 10), if_icmple."""
RAISED = b"\x10\x3d\xa4"
"""bipush 61 (Java 17), if_icmple."""


def main(jar: Path) -> None:
    changed = jar.with_suffix(".new")
    with zipfile.ZipFile(jar) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = old.read(member)
            if member.filename == READER:
                if content.count(COMPARED) != 1:
                    raise SystemExit("this is not the jar of Spark 2.4")
                content = content.replace(COMPARED, RAISED)
            new.writestr(member, content)
    shutil.move(str(changed), str(jar))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
