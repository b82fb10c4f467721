"""Components of our own (Streamlit's second kind), each with its script beside it."""
