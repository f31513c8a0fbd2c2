"""Texts in the encoding that they declare, and bytes that declare another than they have."""

import pytest

from netkit.errors import InputError
from netkit.files.importers.formats import import_topology
from netkit.files.reading.files import read_text

TABLE = "src;dst;delay_ms\n北京;上海;7\n"
XML = (
    '<?xml version="1.0" encoding="{}"?><graphml><key id="l" attr.name="label"/>'
    '<key id="d" attr.name="delay_ms"/><graph><node id="1"><data key="l">北京</data></node>'
    '<node id="2"/><edge source="1" target="2"><data key="d">7</data></edge></graph></graphml>'
)


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode(), TABLE.encode("utf-8-sig"), TABLE.encode("utf-16"), TABLE.encode("utf-32"),
        ("# coding: gbk\n" + TABLE).encode("gbk"), b"\xfe\xff" + TABLE.encode("utf-16-be"),
        ("# -*- coding: gb18030 -*-\n" + TABLE).encode("gb18030"),
    ],
)  # fmt: skip
def test_tables(data, tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    assert read_text(path).endswith(TABLE)
    assert list(import_topology(path).topology.node) == ["北京", "上海"]


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("GBK", "gbk"), ("gb2312", "gb2312"), ("GB18030", "gb18030"), ("UTF-8", "utf-8"),
        ("UTF-16", "utf-16"), ("UTF-16", "utf-16-le"), ("utf-16", "utf-16-be"), ("Big5", "big5"),
        ("UTF-16", "utf-8"),
    ],
)  # fmt: skip
def test_xml_in_what_it_declares(name, codec, tmp_path):
    path = tmp_path / "t.graphml"
    path.write_bytes(XML.format(name).encode(codec))
    assert list(import_topology(path).topology.node) == ["北京", "2"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            XML.format("GBK").encode("gbk") + b"\xff\xff",
            "1: the text is not valid GBK: byte 0xff",
        ),
        (XML.format("utf-7").encode(), "1: unknown encoding: utf-7; expected UTF-8 text"),
        (XML.format("unicode_escape").encode(), "1: unknown encoding: unicode_escape"),
        (TABLE.encode("gbk"), "2: the text is not valid UTF-8: byte 0xb1"),
        (TABLE.encode("utf-16") + b"\x00", "the text is not valid UTF-16"),
    ],
)
def test_what_is_refused(data, message, tmp_path):
    path = tmp_path / "t"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_text(path)
    assert message in str(caught.value)
