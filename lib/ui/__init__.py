"""What the screens share: session, navigation, banner, tables, formats, components."""
