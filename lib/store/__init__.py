"""All SQL and the encrypted store; knows no screen and no permission."""
