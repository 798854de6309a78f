"""XML is read without expanding, fetching or trusting anything."""

from pathlib import Path

import pytest

from matcher.sources.xml_reading import UnreadableXml, attribute, child, full_text, local_name, read_xml, text, texts

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>'
    '<ContractAwardNotice x="&d;">&d;</ContractAwardNotice>'
)
XXE = '<!DOCTYPE n [<!ENTITY x SYSTEM "file:///etc/hostname">]><ContractAwardNotice>&x;</ContractAwardNotice>'


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "n.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (LAUGHS, "doctype"),
        (XXE, "doctype"),
        (LAUGHS.encode("utf-16"), "doctype"),
        (f"<!-- {'x' * 100_000} -->{XXE}", "doctype"),
        ("", "empty"),
        ("  \n", "empty"),
        ("<a><b></a>", "not_xml"),
        ("<a>\x00</a>", "not_xml"),
        ("<a>\xff\xfe</a>".encode("latin-1"), "not_xml"),
        ("not xml at all", "not_xml"),
        ("{}", "not_xml"),
        ("<a>" * 100_000, "not_xml"),
        ("<a>&undefined;</a>", "not_xml"),
    ],
)
def test_what_may_not_be_read_says_why(tmp_path: Path, content: str | bytes, code: str) -> None:
    """Every refusal has a code and a sentence."""
    with pytest.raises(UnreadableXml) as refused:
        read_xml(written(tmp_path, content))
    assert refused.value.code == code
    assert refused.value.what


def test_a_file_may_only_be_so_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that no notice could be is not read to its end."""
    monkeypatch.setattr("matcher.sources.xml_reading.MAX_BYTES", 100_000)
    with pytest.raises(UnreadableXml) as refused:
        read_xml(written(tmp_path, f"<a>{'x' * 200_000}</a>"))
    assert refused.value.code == "too_large"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_the_encoding_that_the_file_declares_holds(tmp_path: Path, encoding: str) -> None:
    """XML says itself how it is written."""
    declared = encoding.removesuffix("-sig")
    content = f'<?xml version="1.0" encoding="{declared}"?><a>Lycksele å</a>'.encode(encoding)
    assert text(read_xml(written(tmp_path, content))) == "Lycksele å"


def test_elements_are_found_by_local_name(tmp_path: Path) -> None:
    """Prefixes and namespaces differ between publishers."""
    content = (
        '<x:r xmlns:x="urn:1" xmlns:y="urn:2"><y:a k=" 1 "><b> u </b><!-- c --><b/></y:a><a><x:b>v</x:b></a></x:r>'
    )
    root = read_xml(written(tmp_path, content))
    assert local_name(root) == "r"
    assert texts(root, "a/b") == ["u", "v"]
    assert attribute(child(root, "a"), "k") == "1"
    assert attribute(child(root, "nothing"), "k") == text(root, "a/nothing") == ""
    assert full_text(root) == "u\nv"
