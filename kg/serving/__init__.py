"""The web server: the Flask application and the gunicorn processes around it."""
