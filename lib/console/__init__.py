"""The console: one module a command, registered in lib/__main__.py."""
