"""The cost of a million requests on Lambda, estimated from these figures. docs/performance.md lists every input."""

from __future__ import annotations

import math

from figures import Figures

MEMORY_MB = 128
MEMORY_MB_OF_A_CORE = 1769  # https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
DYNAMODB_MS = 5.0
COLD_SHARE = 0.01
USD_PER_REQUEST = 0.20 / 1e6
USD_PER_GB_SECOND = {"x86-64": 0.0000166667, "arm64": 0.0000133334}


def billed_ms(figures: Figures) -> tuple[int, int]:
    """Returns the billed time of a warm and of a cold request, in whole milliseconds.

    The processor time is scaled to the memory's share of a core. The init phase has a whole core and is billed as measured.
    """
    slowdown = MEMORY_MB_OF_A_CORE / MEMORY_MB
    warm = DYNAMODB_MS + figures.warm_cpu * slowdown
    cold = figures.init + DYNAMODB_MS + figures.first_cpu * slowdown
    return math.ceil(warm), math.ceil(cold)


def usd_per_million(figures: Figures, architecture: str) -> float:
    warm, cold = billed_ms(figures)
    seconds = ((1 - COLD_SHARE) * warm + COLD_SHARE * cold) / 1000
    gigabyte_seconds = seconds * MEMORY_MB / 1024
    return 1e6 * (USD_PER_REQUEST + gigabyte_seconds * USD_PER_GB_SECOND[architecture])
