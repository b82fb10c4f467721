"""The ASGI gate and the routes beside Streamlit's own."""
