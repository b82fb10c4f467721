"""One function per thing a person does: permission, rule, write and audit in one transaction."""
