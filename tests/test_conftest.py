"""Real data and a browser are found, or their absence is told; where the run decides, absence is a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

READS_REAL_DATA = """
    def test_it(real_data):
        assert (real_data / "README.md").is_file()
"""

SKIPS_BY_ITSELF = """
    import pytest

    @pytest.mark.real
    def test_it():
        pytest.skip("the file is not in this edition of the data")
"""

DRIVES_A_BROWSER = """
    import pytest

    @pytest.mark.chromium
    def test_it():
        pytest.skip("no Chromium on this machine")
"""


@pytest.fixture(autouse=True)
def a_project(pytester: pytest.Pytester, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(repository))
    monkeypatch.delenv("CI", raising=False)
    pytester.makeconftest('pytest_plugins = ["tests.conftest"]')
    pytester.makeini(
        "[pytest]\naddopts = -p no:cacheprovider -ra\nmarkers =\n    real: real data\n    chromium: a browser\n"
    )


def test_the_named_folder_is_used_and_the_test_marked(
    pytester: pytest.Pytester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "README.md").write_text("data")
    monkeypatch.setenv("STADSLAB_REAL_DATA", str(tmp_path))
    pytester.makepyfile(READS_REAL_DATA)
    pytester.runpytest("-m", "real").assert_outcomes(passed=1)
    pytester.runpytest("-m", "not real").assert_outcomes(deselected=1)


@pytest.mark.parametrize("ci", [None, "", "0", "false"])
def test_absent_data_skips_and_says_so(
    pytester: pytest.Pytester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ci: str | None
) -> None:
    monkeypatch.setenv("STADSLAB_REAL_DATA", str(tmp_path / "nothing"))
    if ci is not None:
        monkeypatch.setenv("CI", ci)
    pytester.makepyfile(READS_REAL_DATA)
    result = pytester.runpytest()
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*data absent: no real data at *nothing; set STADSLAB_REAL_DATA*"])


@pytest.mark.parametrize(
    "test", [READS_REAL_DATA, SKIPS_BY_ITSELF, DRIVES_A_BROWSER], ids=["no folder", "skips by itself", "no browser"]
)
def test_in_ci_a_skip_of_real_data_or_of_the_browser_is_a_failure(
    pytester: pytest.Pytester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, test: str
) -> None:
    monkeypatch.setenv("STADSLAB_REAL_DATA", str(tmp_path / "nothing"))
    monkeypatch.setenv("CI", "true")
    pytester.makepyfile(test)
    result = pytester.runpytest()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*skipped, and in CI (CI=true) that is a failure.*"])


def test_in_ci_other_skips_stay_skips(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.makepyfile("import pytest\n\ndef test_it():\n    pytest.skip('not on this system')")
    pytester.runpytest().assert_outcomes(skipped=1)
