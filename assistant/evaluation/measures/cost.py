"""What an answer costs: tokens read and written, processor seconds, memory, and an estimate of energy."""

from __future__ import annotations

from assistant.evaluation.cases import Case
from assistant.evaluation.measure import Measure, largest

CORE_WATTS = 12.0  # one busy core, the default of Green Algorithms for a processor it does not know
MEMORY_WATTS = 0.3725  # per GB kept, of the same
COST_SOURCE = "Schwartz, Dodge, Smith, Etzioni, Green AI, CACM 63(12), 2020, doi 10.1145/3381831"
ENERGY_SOURCE = "Lannelongue, Grealey, Inouye, Green Algorithms, Advanced Science 2021, doi 10.1002/advs.202100707"


def energy_wh(case: Case) -> float | None:
    """Watt-hours of one answer on this machine, None where its processor time was not noted: an estimate, nothing being
    measured at the plug nor counted for cooling or for a remote service."""
    reply = case.reply
    if reply is None or reply.cpu_s is None:
        return None
    seconds = reply.timings_ms.get("total", 0.0) / 1000
    return (reply.cpu_s * CORE_WATTS + seconds * (reply.peak_mib or 0.0) / 954 * MEMORY_WATTS) / 3600


def tokens(key: str, name: str) -> Measure:
    def of(case: Case) -> float | None:
        return float(case.reply.tokens[key]) if case.reply and key in case.reply.tokens else None

    return Measure(name, "cost", of, COST_SOURCE, better="down", unit="tokens")


CPU_SECONDS = Measure(
    "cpu_s",
    "cost",
    lambda case: case.reply.cpu_s if case.reply else None,
    COST_SOURCE,
    better="down",
    unit="s",
)
PEAK_MEMORY = Measure(
    "peak_memory",
    "cost",
    lambda case: case.reply.peak_mib if case.reply else None,
    COST_SOURCE,
    better="down",
    combine=largest,
    unit="MiB",
)
ENERGY = Measure("energy", "cost", energy_wh, ENERGY_SOURCE, better="down", unit="Wh")
