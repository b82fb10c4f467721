"""Reading clinics' files into rows that can be trusted; writes nothing."""
