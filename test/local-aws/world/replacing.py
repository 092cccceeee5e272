"""How corrections take the place of what a module has; one that finds nothing to replace is an error."""

import functools


def replaces(owner, name):
    """Decorator: the function takes the place of owner.name, which it gets as its first argument."""
    original = getattr(owner, name)

    def install(correction):
        @functools.wraps(original)
        def corrected(*args, **kw):
            return correction(original, *args, **kw)

        setattr(owner, name, corrected)
        return correction

    return install


def replace_once(text, old, new):
    if text.count(old) != 1:
        raise RuntimeError(f"expected once, found {text.count(old)} times: {old!r}")
    return text.replace(old, new)
