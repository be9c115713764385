"""The one exception whose message is meant for the user."""


class NadirError(Exception):
    """One sentence: what was found, what is needed, what to do next.

    The command line prints it to stderr and exits with code 1; nothing has been written then.
    """
