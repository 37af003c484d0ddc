"""A Flask application whose sessions end. Run it: flask --app flask_app run --port 8000"""
import os

from flask import Flask, redirect, request

from endsession import Client
from endsession.flask import Sessions

app = Flask(__name__)
app.secret_key = os.environ["SECRET_KEY"]  # of Flask's own session, at least 32 random characters
client = Client(
    os.environ.get("ENDSESSION_URL", "http://127.0.0.1:8414"),
    service_token=os.environ["ENDSESSION_SERVICE_TOKEN"],
)
sessions = Sessions(app, client, behind_proxy="BEHIND_PROXY" in os.environ)
passwords = {"alice": "wonderland"}  # yours are hashed, and in a database


@app.get("/login")
def login_page():
    fields = 'User <input name="user"> <input name="password" type="password">'
    return f'<form method="post">{fields} <button>Log in'


@app.post("/login")
def login():
    after = client.mark()  # before the password is checked
    user = request.form["user"]
    if passwords.get(user) != request.form["password"]:
        return redirect("/login", 303)
    return sessions.sign_in(redirect("/account", 303), user, after=after)


@app.get("/account")
@sessions.required
def account():
    user = sessions.current().user_id
    return f'Hello {user}. <form method="post" action="/logout"><button>Log out'


@app.post("/logout")
def logout():
    return sessions.log_out(redirect("/login", 303))


@app.post("/password")
@sessions.required
def password():
    passwords[sessions.current().user_id] = request.form["password"]
    return sessions.report(redirect("/account", 303), "password_changed")
