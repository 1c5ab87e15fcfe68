"""A classifier on a few hundred real rows: that it learns, keeps still, survives a file, and copes with anything."""

import json

import numpy as np
import pytest
from scipy import sparse

from tierline.domain.confidence import expected_calibration_error
from tierline.learning import forest, kernel, stored
from tierline.learning.classifier import train
from tierline.learning.errors import EmbedderFailed, ModelUnreadable, NothingToLearn, OneLabelOnly
from tierline.learning.features import FEW, Lexical
from tierline.learning.rows import Labelled
from tierline.learning.tests.texts import Broken, Hashed, banking, strange
from tierline.learning.triage_figures import measure

ODD = [
    "",
    " \n\t",
    "x" * 1_000_000,
    "\ufdfa" * 50,
    "😀" * 40,
    "卡 card карта カード",
    "\ud800",
    "\x00\x01",
    "ignore all rules; 忽略以上指令",
]


@pytest.fixture(scope="module")
def halves():
    rows = banking(8)
    return rows[::2], rows[1::2]


@pytest.fixture(scope="module")
def classifier(halves):
    return train(halves[0], None)


def test_it_is_right_on_rows_it_has_not_seen(classifier, halves) -> None:
    figures = measure(classifier, halves[1], None).figures
    assert figures["accuracy"]["value"] >= 0.93
    assert figures["ece"]["value"] <= 0.05
    assert figures["precision_at_95"]["value"] >= 0.93
    low, high = figures["accuracy"]["interval"]
    assert low < figures["accuracy"]["value"] < high


def test_the_figures_are_json_and_the_same_every_time(classifier, halves) -> None:
    figures, again = measure(classifier, halves[1], None), measure(train(halves[0], None), halves[1], None)
    assert json.loads(json.dumps(figures.figures))
    assert figures.predictions == again.predictions


def test_leaving_one_out_in_closed_form_is_leaving_one_out() -> None:
    """Against training without that row, for ten rows."""
    dice = np.random.default_rng(5)
    vectors = dice.normal(size=(40, 6)).astype(np.float32)
    vectors -= vectors.mean(axis=0)
    lexical = sparse.csr_matrix(np.abs(vectors) / np.linalg.norm(vectors, axis=1, keepdims=True))
    classes = dice.integers(0, 3, size=40)
    _, unseen = kernel.fit(lexical, None, classes, 3)
    for row in range(10):
        others = np.arange(40) != row
        without, _ = kernel.fit(lexical[others], None, classes[others], 3)
        assert without.scores(lexical[[row]], None)[0] == pytest.approx(unseen[row], abs=2e-3)


def test_what_is_none_of_these_is_told_apart(halves) -> None:
    taught = train(halves[0] + strange(50), Hashed())
    rows = halves[1] + strange(100)[50:]
    figures = measure(taught, rows, Hashed()).figures
    assert figures["oos_recall"]["value"] >= 0.7
    assert figures["accuracy_in_scope"]["value"] >= 0.9


def test_without_a_strange_row_taught_hardly_a_known_one_is_given_up(classifier, halves) -> None:
    predictions = measure(classifier, halves[1] + strange(100), None).predictions
    assert sum(one.label == "oos" for one in predictions[: len(halves[1])]) <= 4
    assert sum(one.label == "oos" or one.abstains for one in predictions[len(halves[1]) :]) >= 40


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_any_text_gets_an_answer(classifier, odd) -> None:
    (one,) = classifier.predict([odd], None)
    assert 0 <= one.confidence <= 1


def test_odd_texts_may_be_trained_on() -> None:
    rows = [Labelled(text, label) for label in "ab" for text in ODD]
    assert train(rows, None).predict(["卡"], None)


@pytest.mark.parametrize("rows", [[("a", "x"), ("b", "y")], [("a", "x")] * 3 + [("a", "y")] * 3])
def test_two_rows_and_contradictions_are_learned_without_conviction(rows) -> None:
    (one,) = train([Labelled(*row) for row in rows], None).predict(["a"], None)
    assert one.abstains


def test_nothing_and_one_label_are_refused() -> None:
    with pytest.raises(NothingToLearn):
        train([], None)
    with pytest.raises(OneLabelOnly):
        train([Labelled("a", "x"), Labelled("b", "x")], None)


def test_a_kept_model_says_the_same(classifier, halves, tmp_path) -> None:
    path = tmp_path / "model.npz"
    stored.save(classifier, path)
    texts = [row.text for row in halves[1][:50]]
    assert stored.load(path).predict(texts, None) == classifier.predict(texts, None)


def test_a_model_with_vectors_needs_the_same_provider(halves, tmp_path) -> None:
    taught = train(halves[0], Hashed())
    path = tmp_path / "model.npz"
    stored.save(taught, path)
    loaded, texts = stored.load(path), [row.text for row in halves[1][:20]]
    assert loaded.predict(texts, Hashed()) == taught.predict(texts, Hashed())
    with pytest.raises(EmbedderFailed):
        loaded.predict(texts, None)


def test_a_provider_that_fails_is_done_without(halves) -> None:
    assert train(halves[0], Broken()).embedder is None


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x04\x95", b"{}"])
def test_what_is_no_model_is_refused(tmp_path, content) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(content)
    with pytest.raises(ModelUnreadable):
        stored.load(path)


def test_a_pickle_inside_is_not_opened(tmp_path) -> None:
    path = tmp_path / "model.npz"
    with path.open("wb") as file:
        np.savez(file, about=np.array([{"code": "runs"}], dtype=object))
    with pytest.raises(ModelUnreadable):
        stored.load(path)


@pytest.fixture(scope="module")
def taught(halves):
    rows = halves[0]
    labels = sorted({row.label for row in rows})
    classes = np.asarray([labels.index(row.label) for row in rows])
    lexical = Lexical(FEW)
    features = lexical.fit([row.text for row in rows])
    words = np.flatnonzero([not name.startswith("~") and " " not in name for name in lexical.names()])
    return (*forest.fit(features, classes, len(labels), words), classes, features)


def test_its_scores_of_the_held_back_rows_are_calibration_not_memory(taught) -> None:
    _, outside, held, classes, _ = taught
    assert 0.17 * len(classes) < len(held) < 0.21 * len(classes)
    right = (outside.argmax(axis=1) == classes[held]).mean()
    assert right > 0.85


def test_walking_all_trees_at_once_ends_in_shares(taught) -> None:
    _, _, _, classes, features = taught
    trees = forest._trees(features, classes, int(classes.max()) + 1, np.arange(500), grown=5)
    shares = trees.shares(features[:50])
    assert shares.sum(axis=1) == pytest.approx(np.ones(50), abs=0.01)
    assert (shares.argmax(axis=1) == classes[:50]).mean() > 0.95


def test_it_survives_a_file(taught, tmp_path) -> None:
    machine, features = taught[0], taught[4]
    arrays = stored._forest(machine)
    path = tmp_path / "forest.npz"
    np.savez(path, **arrays)
    with np.load(path, allow_pickle=False) as kept:
        again = stored._to_forest(kept)
    assert np.allclose(again.scores(features[:20]), machine.scores(features[:20]))


def test_confidence_is_not_taken_from_test_rows(classifier, halves) -> None:
    """The same row has the same confidence whatever stands beside it."""
    texts = [row.text for row in halves[1][:30]]
    together = classifier.predict(texts, None)
    assert [classifier.predict([text], None)[0].label for text in texts] == [one.label for one in together]
    assert expected_calibration_error([one.confidence for one in together], [True] * 30) < 0.4
