"""How sure may we be, and when must we keep still? Figures, their intervals, calibration and thresholds."""

from tierline.domain.confidence.calibration import Calibration, calibrated
from tierline.domain.confidence.intervals import Rate, bootstrap, rate, wilson
from tierline.domain.confidence.metrics import (
    accuracy,
    expected_calibration_error,
    macro_f1,
    mean_reciprocal_rank,
    percentile,
)
from tierline.domain.confidence.thresholds import NEVER, Point, Threshold, coverage_at, risk_coverage, threshold_for

__all__ = [
    "NEVER",
    "Calibration",
    "Point",
    "Rate",
    "Threshold",
    "accuracy",
    "bootstrap",
    "calibrated",
    "coverage_at",
    "expected_calibration_error",
    "macro_f1",
    "mean_reciprocal_rank",
    "percentile",
    "rate",
    "risk_coverage",
    "threshold_for",
    "wilson",
]
