"""Finds mentions in a clause: bodies (`bodies`), heads that hand out duties (`heads`), dates (`dates`)."""
