"""Instructions as RFC 9669 lays them out, and labels that lead where they should."""

import pytest

from netkit.bpf.assembler import FP, R0, R1, R2, R6, Assembler


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        (Assembler().alu(R1, "=", -1), "b7 01 0000 ffffffff"),
        (Assembler().alu(R2, "+", R1), "0f 12 0000 00000000"),
        (Assembler().load(R0, 8, R6, 16), "79 60 1000 00000000"),
        (Assembler().store(4, FP, -4, R1), "63 1a fcff 00000000"),
        (Assembler().store(2, FP, -2, 7), "6a 0a feff 07000000"),
        (Assembler().big_endian(R1, 4), "dc 01 0000 20000000"),
        (Assembler().compare_exchange(R6, 8, R1), "db 16 0800 f1000000"),
        (Assembler().add_atomically(R6, 8, R1), "db 16 0800 00000000"),
        (Assembler().map_address(R1, 5), "18 11 0000 05000000 00 00 0000 00000000"),
        (Assembler().call(5), "85 00 0000 05000000"),
        (Assembler().exit(), "95 00 0000 00000000"),
    ],
)
def test_each_instruction_is_encoded(instruction, expected):
    assert instruction.code() == bytes.fromhex(expected)


def test_jumps_count_from_the_instruction_after_them():
    code = Assembler().jump_if(R1, "==", 0, "end").label("again").exit()
    code.jump("again").label("end").jump_if(R1, "s<", R2, "again")
    offsets = [int.from_bytes(code.code()[at + 2 : at + 4], "little", signed=True) for at in
               (0, 16, 24)]  # fmt: skip
    assert offsets == [2, -2, -3]


def test_labels_must_be_there_once():
    with pytest.raises(ValueError, match="no label nowhere"):
        Assembler().jump("nowhere").code()
    with pytest.raises(ValueError, match="label here twice"):
        Assembler().label("here").label("here")


def test_values_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="does not fit"):
        Assembler().alu(R1, "=", 1 << 31).code()
