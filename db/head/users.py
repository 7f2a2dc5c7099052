"""Head-office users and their sessions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import HeadBase, distributed


class UserAccount(HeadBase):
    """Somebody who may log in; the password as an argon2 hash."""

    __tablename__ = "user_account"
    __table_args__ = distributed("company", UniqueConstraint("company_id", "login"))
    company_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str] = mapped_column(String(160))
    active: Mapped[bool]
    failures: Mapped[int]
    blocked_until: Mapped[datetime | None]


class UserSession(HeadBase):
    """A server-side session; the cookie holds the token, this table its hash."""

    __tablename__ = "user_session"
    __table_args__ = distributed("company")
    company_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
