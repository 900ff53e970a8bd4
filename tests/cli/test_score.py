"""`pmmlkit score`: formats, options, pipes, exit codes, whole files."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from pmmlkit.cli import main
from tests.documents import CLASSIFICATION, REGRESSION, TRANSFORMATIONS, TWO_MODELS

ROWS = "x,colour,id\n1,red,7\n,blue,8\n2.5,blue,9\n"
SCORED = "y\n13.0\n\n6.0\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with documents and rows."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.pmml").write_bytes(REGRESSION)
    (tmp_path / "tree.pmml").write_bytes(CLASSIFICATION)
    (tmp_path / "two.pmml").write_bytes(TWO_MODELS)
    (tmp_path / "rows.csv").write_text(ROWS)
    return tmp_path


def run(arguments: str, capfd: pytest.CaptureFixture[str]) -> tuple[Any, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments.split())
    out, err = capfd.readouterr()
    assert "Traceback" not in err
    return ended.value.code, out, err


def score(arguments: str, capfd: pytest.CaptureFixture[str]) -> str:
    code, out, err = run(f"score {arguments}", capfd)
    assert (code, err) == (0, "")
    return out


def test_csv(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert score("m.pmml rows.csv", capfd) == SCORED
    assert score("m.pmml rows.csv out.csv", capfd) == ""
    assert (folder / "out.csv").read_text() == SCORED
    assert sorted(path.name for path in folder.iterdir()) == [
        "m.pmml",
        "out.csv",
        "rows.csv",
        "tree.pmml",
        "two.pmml",
    ]


def test_cells_are_read_by_the_type_of_the_field(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "rows.csv").write_text("x,n,day\n-1.5,1,2020-01-05\n 2 ,+0,1960-02-29\n,,\nNA,?,NA\n")
    expected = "kind,p,more,positive,when\nno,0.25,2,true,2020-01-05\nyes,1.0,1,false,1960-02-29\n"
    found = score("tree.pmml rows.csv --missing NA --missing ?", capfd)
    assert found == expected + ",,,,\n" * 2


def test_a_document_without_a_model_transforms(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "t.pmml").write_bytes(TRANSFORMATIONS)
    (folder / "rows.csv").write_text(
        "id,x,z,colour,day\n1,3,2,red,2020-01-05\n2,,,,\n3,500,1,blue,\n"
    )
    head = "id,ratio,shade,later,whole,same"
    code, out, err = run("score t.pmml rows.csv --copy id --errors skip --chunk 2", capfd)
    assert (code, out) == (1, f"{head}\n1,2.0,RED,2020-01-05,4,3.0\n2,,,,,\n")
    assert "1 rows could not be scored" in err
    code, out, err = run("score t.pmml rows.csv", capfd)
    assert code == 1
    assert "row 2: field 'x': value 500.0" in err
    (folder / "rows.csv").write_text("x\n1\n")
    assert "lacks columns 'z', 'colour', 'day'" in run("score t.pmml rows.csv", capfd)[2]
    assert score("t.pmml rows.csv --absent missing", capfd).endswith("\n,,,2,1.0\n")


def test_every_format(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    frame = pd.read_csv(folder / "rows.csv")
    frame.to_csv(folder / "rows.tsv", sep="\t", index=False)
    frame.to_json(folder / "rows.jsonl", orient="records", lines=True)
    frame.to_parquet(folder / "rows.parquet")
    feather.write_feather(frame, folder / "rows.arrow")
    for source in ("rows.tsv", "rows.jsonl", "rows.parquet", "rows.arrow"):
        score(f"m.pmml {source} out.csv --copy id", capfd)
        assert (folder / "out.csv").read_text() == "id,y\n7,13.0\n8,\n9,6.0\n"
    for target in ("out.tsv", "out.jsonl", "out.parquet", "out.arrow"):
        score(f"m.pmml rows.parquet {target} --copy id --copy colour", capfd)
    assert (folder / "out.tsv").read_text() == (
        "id\tcolour\ty\n7\tred\t13.0\n8\tblue\t\n9\tblue\t6.0\n"
    )
    rows = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
    assert rows[1] == {"id": 8, "colour": "blue", "y": None}
    assert pq.read_table(folder / "out.parquet").to_pylist() == rows
    assert feather.read_table(folder / "out.arrow").to_pylist() == rows


def test_types_of_arrow_columns_that_are_copied_stay(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    table = pa.table(
        {
            "x": pa.array([None, 2.0, None], pa.float32()),
            "colour": pa.array(["red", None, "red"]).dictionary_encode(),
            "small": pa.array([None, None, 3], pa.int8()),
            "price": pa.array([None, None, 1]).cast(pa.decimal128(25, 2)),
            "when": pa.array([None, 5, 6], pa.timestamp("ns", "UTC")),
            "parts": pa.array([None, None, [1, 2]]),
            "nothing": pa.nulls(3),
        }
    )
    pq.write_table(table.drop_columns(["nothing"]), folder / "rows.parquet", row_group_size=1)
    score("m.pmml rows.parquet out.parquet --copy all --chunk 1", capfd)
    found = pq.read_table(folder / "out.parquet")
    assert found.drop_columns(["y", "colour"]).equals(
        pq.read_table(folder / "rows.parquet").drop_columns(["colour"])
    )
    assert found["y"].type == pa.float64()


@pytest.mark.parametrize("chunk", [1, 2, 3, 10])
@pytest.mark.parametrize("source", ["rows.csv", "rows.jsonl", "rows.parquet", "rows.arrow"])
def test_chunks(folder: Path, capfd: pytest.CaptureFixture[str], source: str, chunk: int) -> None:
    rows = [
        {"x": None, "n": None, "day": None},
        {"x": -1.5, "n": 1, "day": None},
        {"x": 2.0, "n": None, "day": None},
    ]
    frame = pa.Table.from_pylist(
        rows, pa.schema([("x", pa.float64()), ("n", pa.int64()), ("day", pa.date32())])
    )
    pq.write_table(frame, folder / "rows.parquet")
    feather.write_feather(frame, folder / "rows.arrow", chunksize=2)
    (folder / "rows.csv").write_text("x,n,day\n,,\n-1.5,1,\n2.0,,\n")
    (folder / "rows.jsonl").write_text(
        '{"x": null, "n": null, "day": null}\n{"x": -1.5, "n": 1}\n\n{"x": 2.0}\n'
    )
    expected = "kind,p,more,positive,when\n,,,,\nno,0.25,2,true,\nyes,1.0,,,\n"
    score(f"tree.pmml {source} out.csv --chunk {chunk}", capfd)
    assert (folder / "out.csv").read_text() == expected
    score(f"tree.pmml {source} out.parquet --chunk {chunk}", capfd)
    assert [str(field.type) for field in pq.read_schema(folder / "out.parquet")] == [
        "string",
        "double",
        "int64",
        "bool",
        "date32[day]",
    ]
    assert pq.read_table(folder / "out.parquet")["kind"].to_pylist() == [None, "no", "yes"]


def test_delimiter_and_encoding(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "rows.csv").write_bytes("x;colour;größe\n1;red;ä\n".encode("latin-1"))
    found = score("m.pmml rows.csv out.csv --delimiter ; --encoding latin-1 --copy größe", capfd)
    assert found == ""
    assert (folder / "out.csv").read_text(encoding="utf-8") == "größe;y\nä;13.0\n"
    (folder / "rows.csv").write_bytes("x,colour\n1,red\n".encode("utf-8-sig"))
    assert score("m.pmml rows.csv", capfd) == "y\n13.0\n"
    (folder / "rows.csv").write_bytes(b"x\tcolour\n1\tred\n")
    assert score("m.pmml rows.csv --delimiter tab", capfd) == "y\n13.0\n"


@pytest.mark.parametrize("character", ["ab", "", '"', "\n"])
def test_wrong_delimiters(folder: Path, capfd: pytest.CaptureFixture[str], character: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["score", "m.pmml", "rows.csv", "--delimiter", character])
    assert ended.value.code == 2
    assert "no single character" in capfd.readouterr().err


def test_copies(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert score("m.pmml rows.csv --copy all", capfd).splitlines()[1] == "1,red,7,13.0"
    code, _, err = run("score m.pmml rows.csv --copy nothing", capfd)
    assert code == 4
    assert "--copy nothing: the input has no such column; it has x, colour, id" in err
    (folder / "rows.csv").write_text("x,colour,y\n1,red,7\n")
    code, _, err = run("score m.pmml rows.csv --copy y", capfd)
    assert code == 4
    assert "--copy y: a result has the same name" in err


BAD = "x,colour,id\n1,red,7\n500,red,8\n2,green,9\n"


def test_rows_that_cannot_be_scored(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "rows.csv").write_text(BAD)
    code, out, err = run("score m.pmml rows.csv out.csv --chunk 1", capfd)
    assert (code, out) == (1, "")
    assert "row 1: field 'x'" in err
    assert not (folder / "out.csv").exists()
    code, out, err = run("score m.pmml rows.csv --errors skip --copy id", capfd)
    assert (code, out) == (1, "id,y\n7,13.0\n")
    assert err == "pmmlkit: 2 rows could not be scored and are left out\n"
    code, out, err = run("score m.pmml rows.csv --errors column --copy id --chunk 2", capfd)
    lines = out.splitlines()
    assert code == 1
    assert lines[:2] == ["id,y,pmmlkit_error", "7,13.0,"]
    assert [line.split(",")[:2] for line in lines[2:]] == [["8", ""], ["9", ""]]
    assert "500" in lines[2]
    assert "'green'" in lines[3]
    (folder / "rows.csv").write_text(ROWS)
    code, out, err = run("score m.pmml rows.csv --errors column", capfd)
    assert (code, out, err) == (0, "y,pmmlkit_error\n13.0,\n,\n6.0,\n", "")


def test_absent_columns(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "rows.csv").write_text("x\n1\n")
    code, _, err = run("score m.pmml rows.csv", capfd)
    assert code == 4
    assert "lacks column 'colour'" in err
    assert "--absent missing" in err
    assert score("m.pmml rows.csv --absent missing", capfd) == "y\n3.0\n"


def test_one_of_several_models(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert score("two.pmml rows.csv --model second", capfd) == "y\n2.0\n\n6.5\n"
    code, _, err = run("score two.pmml rows.csv --model third", capfd)
    assert code == 3
    assert err.startswith("pmmlkit: two.pmml: ")


def test_progress(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = run("score m.pmml rows.csv --progress", capfd)
    assert (code, out, err) == (0, SCORED, "\r3 rows\n")


def test_names_without_a_format(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for arguments in ("m.pmml m.pmml", "m.pmml rows.csv out.xlsx"):
        code, _, err = run(f"score {arguments}", capfd)
        assert code == 4
        assert "state it: csv, tsv, jsonl, parquet, arrow" in err
    (folder / "rows.txt").write_text(ROWS)
    assert score("m.pmml rows.txt --input-format csv", capfd) == SCORED


def test_the_input_may_be_the_output(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "rows.csv").chmod(0o600)
    (folder / "link.csv").symlink_to("rows.csv")
    score("m.pmml rows.csv link.csv", capfd)
    assert (folder / "rows.csv").read_text() == SCORED
    assert (folder / "link.csv").is_symlink()
    assert (folder / "rows.csv").stat().st_mode & 0o777 == 0o600


# --- as a process


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pmmlkit", *arguments]


def test_pipes(folder: Path) -> None:
    done = subprocess.run(
        command("score", "m.pmml"), input=ROWS, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, SCORED, "")
    for format in ("parquet", "arrow"):
        packed = subprocess.run(
            command("score", "m.pmml", "-", "-", "--output-format", format, "--copy", "all"),
            input=ROWS.encode(),
            capture_output=True,
            check=True,
        ).stdout
        again = subprocess.run(
            command(
                "score", "m.pmml", "-", "-", "--input-format", format, "--output-format", "csv"
            ),
            input=packed,
            capture_output=True,
            check=True,
        ).stdout
        assert again.decode() == SCORED


def test_a_reader_that_has_had_enough(folder: Path) -> None:
    (folder / "rows.csv").write_text(ROWS + "3,red,1\n" * 50_000)
    with subprocess.Popen(
        command("score", "m.pmml", "rows.csv", "-", "--copy", "all"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"x,colour,id,y\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 4


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("name", ["score m.pmml rows.csv", "validate m.pmml", "--help"])
def test_a_disk_that_is_full(folder: Path, name: str) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            command(*name.split()), stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 4
    assert done.stderr.startswith("pmmlkit: cannot write the ")
    assert "Traceback" not in done.stderr


def test_memory_and_devices(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert score(f"m.pmml rows.csv {os.devnull}", capfd) == ""
    assert Path(os.devnull).is_char_device()


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ended_in_the_middle(folder: Path, number: signal.Signals) -> None:
    (folder / "out.csv").write_text("as it was")
    with subprocess.Popen(
        command("score", "m.pmml", "-", "out.csv", "--chunk", "1"),
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        process.stdin.write(ROWS.encode())
        process.stdin.flush()
        while not list(folder.glob(".pmmlkit-*")):
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(number)
        assert process.wait() in (130, 143)
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
        process.stdin.close()
    assert (folder / "out.csv").read_text() == "as it was"
    assert not list(folder.glob(".pmmlkit-*"))


def test_many_rows_in_little_memory(folder: Path) -> None:
    resource = pytest.importorskip("resource")
    program = (
        "import resource, sys\nfrom pmmlkit.cli import _run\n"
        "assert _run(sys.argv[1:]) == 0\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    assert resource is not None
    peaks = []
    for rows in (20_000, 200_000):
        (folder / "rows.csv").write_text("x,colour,id\n" + "1.25,red,some text\n" * rows)
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                program,
                "score",
                "m.pmml",
                "rows.csv",
                "out.csv",
                "--copy",
                "all",
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(done.stderr))
    assert peaks[1] < peaks[0] * 1.15


def test_json_lines_of_any_text(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "rows.jsonl").write_text('{"x": 1, "colour": "red", "note": "\\ud800"}\n')
    code, _, err = run("score m.pmml rows.jsonl out.jsonl --copy note", capfd)
    assert code == 4
    assert "no Unicode" in err
    assert not (folder / "out.jsonl").exists()
    text = io.StringIO('{"x": NaN, "colour": "red"}\n').getvalue()
    (folder / "rows.jsonl").write_text(text)
    assert score("m.pmml rows.jsonl", capfd) == '{"y": null}\n'
