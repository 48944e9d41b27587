"""Furniture that the layouts share in kind, not in markup: lists of other articles, comments, pictures."""

from benchmarks.unknown.material import Draft, Neighbour

DATED_ITEM = '<li><a href="/x">{title}</a> <span>({at:%d/%m/%Y})</span></li>'


def document(title: str, body: str) -> str:
    """A whole page without any claim about dates or authors."""
    head = f'<head><meta charset="utf-8"><title>{title}</title></head>'
    return f'<!DOCTYPE html>\n<html lang="vi">{head}\n{body}</html>'


def listed(neighbours: tuple[Neighbour, ...], item: str = DATED_ITEM) -> str:
    """Other articles one after the other.

    Args:
        neighbours: Which.
        item: Markup of one, with `{title}` and `{at}`.
    """
    return "\n".join(item.format(title=n.title, at=n.at) for n in neighbours)


def comments(draft: Draft, item: str) -> str:
    """Readers' comments.

    Args:
        draft: The article.
        item: Markup of one, with `{name}`, `{at}` and `{said}`.
    """
    return "\n".join(item.format(name=n, at=f"{at:%d/%m/%Y %H:%M}", said=said) for n, at, said in draft.comments)


def picture(draft: Draft, markup: str) -> str:
    """A picture with its caption and photographer.

    Args:
        draft: The article.
        markup: With `{caption}`; nothing is shown where there is no photographer.
    """
    return (
        markup.format(caption=f"Một góc {draft.section.lower()}. Ảnh: {draft.photographer}")
        if draft.photographer
        else ""
    )
