"""streamlit-authenticator's sign-in form, asking our services instead of its own model.

Its cookie, lock-out, reset and second factor are left out: the cookie is readable by scripts and
survives a sign-out, and its counters live in memory. `Authenticate.__init__` would draw its cookie
component, so the three attributes that `login` uses are set here instead.
"""

from collections.abc import Callable

import streamlit as st
from streamlit_authenticator.views.authentication_view import Authenticate

from lib.errors import SignInRefusedError
from lib.services.sign_in import Stage
from lib.ui.keys import Keys

FIELDS = {
    "Form name": "Sign in",
    "Username": "Username",
    "Password": "Password",
    "Login": "Sign in",
}
CheckPassword = Callable[[str, str], Stage]


class _NoCookie:
    """Stands where the library keeps its cookie: there is none."""

    def get_cookie(self) -> None:
        """Find no cookie."""

    def set_cookie(self) -> None:
        """Set no cookie."""


class _Controller:
    """Stands where the library checks credentials: asks the service instead."""

    def __init__(self, check: CheckPassword) -> None:
        self._check = check

    def login(self, username: str = "", password: str = "", *_: object, **__: object) -> bool:
        """Check what was typed; keep the stage, or the reason for the refusal."""
        st.session_state.pop(Keys.SIGN_IN_PROBLEM, None)
        try:
            st.session_state[Keys.STAGE] = self._check(username, password)
        except SignInRefusedError as error:
            st.session_state[Keys.SIGN_IN_PROBLEM] = error.message
            return False
        return True


class LoginForm(Authenticate):  # type: ignore[misc]
    """The library's form over our services."""

    def __init__(self, check: CheckPassword) -> None:
        self.path = None
        self.attrs = {"login_sleep_time": 0}
        self.cookie_controller = _NoCookie()
        self.authentication_controller = _Controller(check)

    def draw(self) -> None:
        """Draw the form; a right password leaves its stage in the session's state."""
        self.login(location="main", fields=FIELDS, key="sign_in_form")
