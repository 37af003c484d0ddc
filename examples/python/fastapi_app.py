"""A FastAPI application whose sessions end. Run it: uvicorn fastapi_app:app --port 8000"""
import os

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from pydantic import BaseModel

from endsession import Client, Session
from endsession.fastapi import Sessions

app = FastAPI()
client = Client(
    os.environ.get("ENDSESSION_URL", "http://127.0.0.1:8414"),
    service_token=os.environ["ENDSESSION_SERVICE_TOKEN"],
)
sessions = Sessions(app, client, behind_proxy="BEHIND_PROXY" in os.environ)
passwords = {"alice": "wonderland"}  # yours are hashed, and in a database


class Login(BaseModel):
    user: str
    password: str


class NewPassword(BaseModel):
    password: str


# Each of these is a plain `def`: they wait for the service.
@app.post("/login")
def login(body: Login, request: Request, response: Response):
    after = client.mark()  # before the password is checked
    if passwords.get(body.user) != body.password:
        raise HTTPException(401, "User and password do not fit.")
    session = sessions.sign_in(request, response, body.user, after=after)
    return {"user": session.user_id}


@app.get("/account")
def account(session: Session = Depends(sessions.required)):
    return {"user": session.user_id}


@app.post("/logout")
def logout(request: Request, response: Response):
    sessions.log_out(request, response)
    return {"ok": True}


@app.post("/password")
def password(
    body: NewPassword, response: Response, session: Session = Depends(sessions.required)
):
    passwords[session.user_id] = body.password
    sessions.report(response, session, "password_changed")
    return {"ok": True}
