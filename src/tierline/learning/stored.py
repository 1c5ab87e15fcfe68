"""A classifier as a file of numbers and JSON: reading one runs no code that the file brings."""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from tierline.domain.confidence import Calibration, Threshold
from tierline.learning.classifier import Classifier
from tierline.learning.decision import Decision
from tierline.learning.errors import ModelUnreadable
from tierline.learning.features import Lexical
from tierline.learning.forest import Forest, Trees
from tierline.learning.kernel import Kernel

FORMAT = "tierline-classifier/1"


def save(classifier: Classifier, path: Path) -> None:
    """One .npz; the entry ``about`` is JSON and every other one an array."""
    state = classifier.lexical.state()
    arrays: dict[str, Any] = {}
    parts: list[list[str] | None] = []
    for place, part in enumerate(state["parts"]):
        parts.append(None if part is None else part["terms"])
        if part is not None:
            arrays[f"idf{place}"] = np.asarray(part["weights"], dtype=np.float32)
    about = {
        "format": FORMAT,
        "labels": classifier.labels,
        "embedder": classifier.embedder,
        "rows": classifier.rows,
        "pieces": state["pieces"],
        "terms": parts,
        "decision": _decision(classifier.decision),
        "machine": type(classifier.machine).__name__,
    }
    arrays |= _kernel(classifier.machine) if isinstance(classifier.machine, Kernel) else _forest(classifier.machine)
    arrays["about"] = np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), dtype=np.uint8)
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def load(path: Path) -> Classifier:
    """Raises ModelUnreadable for what is not a model of this format."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            about = json.loads(kept["about"].tobytes())
            if about["format"] != FORMAT:
                raise ModelUnreadable(path=str(path), reason=f"format {about['format']}")
            weights = [kept[f"idf{i}"] if terms is not None else None for i, terms in enumerate(about["terms"])]
            parts = [
                None if terms is None else {"terms": terms, "weights": weights[i]}
                for i, terms in enumerate(about["terms"])
            ]
            lexical = Lexical.restored({"pieces": about["pieces"], "parts": parts})
            machine = _to_kernel(kept) if about["machine"] == "Kernel" else _to_forest(kept)
            decision = _to_decision(about["decision"])
            return Classifier(about["labels"], lexical, machine, decision, about["embedder"], about["rows"])
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as wrong:
        raise ModelUnreadable(path=str(path), reason=str(wrong)) from None


def _kernel(machine: Kernel) -> dict[str, Any]:
    rows = machine.rows.tocsr()
    arrays: dict[str, Any] = {"data": rows.data, "indices": rows.indices, "indptr": rows.indptr, "shape": rows.shape}
    arrays["weights"] = machine.weights
    if machine.vectors is not None:
        arrays |= {"vectors": machine.vectors, "centre": machine.centre}
    return arrays


def _to_kernel(kept: Any) -> Kernel:
    rows = sparse.csr_matrix((kept["data"], kept["indices"], kept["indptr"]), shape=tuple(kept["shape"]))
    rows.check_format(full_check=True)
    has = "vectors" in kept
    return Kernel(rows, kept["vectors"] if has else None, kept["centre"] if has else None, kept["weights"])


def _forest(machine: Forest) -> dict[str, Any]:
    arrays: dict[str, Any] = {"slope": machine.slope, "offset": machine.offset}
    arrays["blend"] = np.asarray([machine.sharpness, machine.blend])
    if machine.trees is not None:
        arrays |= {f"tree_{part.name}": getattr(machine.trees, part.name) for part in fields(Trees)}
    return arrays


def _to_forest(kept: Any) -> Forest:
    sharpness, blend = kept["blend"].tolist()
    trees = None
    if "tree_roots" in kept:
        trees = Trees(**{part.name: kept[f"tree_{part.name}"] for part in fields(Trees)})
        for children in (trees.left, trees.right):
            # A child stands after its parent, so that a walk through a damaged file ends too.
            if ((children >= 0) & (children <= np.arange(len(children)))).any() or children.max() >= len(children):
                raise ValueError("trees")
    return Forest(kept["slope"], kept["offset"], sharpness, blend, trees)


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "oos": decision.oos,
        "strange": decision.strange,
        "slopes": decision.slopes.tolist(),
        "offset": decision.offset,
        "curve": asdict(decision.curve),
        "oos_curve": None if decision.oos_curve is None else asdict(decision.oos_curve),
        "threshold": asdict(decision.threshold),
    }


def _to_decision(kept: dict[str, Any]) -> Decision:
    def curve(one: dict[str, Any]) -> Calibration:
        return Calibration(tuple(one["scores"]), tuple(one["values"]))

    return Decision(
        kept["oos"],
        kept["strange"],
        np.asarray(kept["slopes"], dtype=np.float64),
        kept["offset"],
        curve(kept["curve"]),
        None if kept["oos_curve"] is None else curve(kept["oos_curve"]),
        Threshold(**kept["threshold"]),
    )
