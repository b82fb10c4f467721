"""Reading a clinic's files into rows that can be stored; knows no screen and no permission."""
