"""What an article says to do, and the message that says it. Nothing is made up: every line is the article's."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext, override
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tierline.answers.queries import Found
from tierline.domain.answering import Act, Decision
from tierline.knowledge import queries as knowledge

STEPS, LENGTH = 8, 300
_reader = MarkdownIt("commonmark", {"html": False})


def steps(body: str) -> list[str]:
    """The items of the article's first list, else its first paragraphs; plain text, cut to what a mail bears."""
    tokens = _reader.parse(body)
    listed = _texts(tokens, within=("ordered_list_open", "ordered_list_close")) or _texts(
        tokens, within=("bullet_list_open", "bullet_list_close")
    )
    found = listed or [_plain(t) for t in tokens if t.type == "inline"][:3]
    return [text if len(text) <= LENGTH else text[: LENGTH - 1] + "…" for text in found[:STEPS] if text]


def message(told: Decision, articles: Sequence[Found], *, language: str, number: str) -> str:
    """The words that go out for an answer or a question, with the article named and how to reach a person."""
    with override(language):
        if told.act is Act.ASK:
            lines = [f"{n}. {found.title}" for n, found in enumerate(articles, start=1)]
            return _say("answer.ask", choices="\n".join(lines), number=number)
        article = next(f for f in articles if f.candidate.article_id == told.article_id)
        body = knowledge.article(article.candidate.article_id, audiences=(knowledge.PUBLIC, knowledge.CUSTOMER)).body
        lines = [f"{n}. {step}" for n, step in enumerate(steps(body), start=1)]
        return _say("answer.steps", title=article.title, steps="\n".join(lines), article=article.number, number=number)


def _say(key: str, **facts: str) -> str:
    return gettext(f"message.{key}").format(**facts)


def _texts(tokens: Sequence[Token], *, within: tuple[str, str]) -> list[str]:
    """The inline texts of the first such list, one per item of its own level."""
    opens, closes = within
    start = next((n for n, t in enumerate(tokens) if t.type == opens), None)
    if start is None:
        return []
    level, items = tokens[start].level, []
    for token in tokens[start + 1 :]:
        if token.type == closes and token.level == level:
            break
        if token.type == "list_item_open" and token.level == level + 1:
            items.append("")
        elif token.type == "inline" and items:
            items[-1] = f"{items[-1]} {_plain(token)}".strip()
    return items


def _plain(token: Token) -> str:
    return " ".join("".join(t.content for t in token.children or [] if t.type in ("text", "code_inline")).split())
