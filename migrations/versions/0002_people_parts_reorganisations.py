"""people, parts, reorganisations

Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _set_aside() -> list[str]:
    """SQLite rebuilds a table to change it and cannot carry indexes on expressions over: they are dropped, and made
    again from the statements that are returned."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return []
    found = connection.execute(
        sa.text(
            "SELECT name, sql FROM sqlite_master "
            "WHERE type = 'index' AND tbl_name = 'obligation' AND lower(sql) LIKE '%coalesce(%'"
        )
    ).all()
    for name, _statement in found:
        op.drop_index(name, table_name="obligation")
    return [statement for _name, statement in found]


def _put_back(statements: list[str]) -> None:
    for statement in statements:
        op.execute(statement)


def upgrade():
    op.drop_index("ix_obligation_open_agency", table_name="obligation")
    op.drop_index("ix_obligation_open_committee", table_name="obligation")
    op.drop_index("ix_obligation_open_standing", table_name="obligation")
    kept = _set_aside()
    op.create_table(
        "audit_seal",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_seal_entry_id")),
    )
    op.create_table(
        "directory_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_token")),
    )
    op.create_table(
        "indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "source_kind",
            sa.Enum(
                "schedule", "duty", "movement", "status", name="sourcekind", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=50), nullable=False),
        sa.Column("target", sa.Numeric(precision=20, scale=6), nullable=True),
        sa.Column(
            "accrual",
            sa.Enum("none", "year", "plan", name="accrual", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Numeric(precision=20, scale=6), nullable=True),
        sa.Column("maximum", sa.Numeric(precision=20, scale=6), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
    )
    with op.batch_alter_table("indicator", schema=None) as batch_op:
        batch_op.create_index("ix_indicator_source", ["source_kind", "source_id"], unique=False)

    op.create_table(
        "mail_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_address")),
        sa.UniqueConstraint("address", name=op.f("uq_mail_address_address")),
    )
    with op.batch_alter_table("mail_address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_address_suspended_at"), ["suspended_at"], unique=False)

    op.create_table(
        "mail_domain",
        sa.Column("name", sa.String(length=254), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mail_domain")),
    )
    op.create_table(
        "mail_server",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("away_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("away_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mail_server")),
    )
    op.create_table(
        "reminder_walk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rules", sa.String(length=64), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("plans", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_walk")),
    )
    op.create_table(
        "reorganisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "merge", "split", "rename", "abolish", name="reorganisationkind", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft", "waiting", "done", "undone", name="reorganisationstate", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("decision", sa.String(length=200), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation")),
        sa.UniqueConstraint("form_key", name=op.f("uq_reorganisation_form_key")),
    )
    with op.batch_alter_table("reorganisation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reorganisation_state"), ["state"], unique=False)

    op.create_table(
        "sign_in_throttle",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_throttle")),
    )
    op.create_table(
        "agency_group_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "committee",
                "council",
                "department",
                "office",
                "inspectorate",
                "police",
                "military",
                "vertical",
                "bank",
                "front",
                "union",
                "party",
                "court",
                "media",
                "service_unit",
                "steering_committee",
                "emulation_council",
                "other",
                name="agencykind",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "level",
            sa.Enum(
                "central", "province", "district", "commune", name="agencylevel", native_enum=False, length=40
            ),
            nullable=True,
        ),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "kind IS NOT NULL OR level IS NOT NULL OR parent_id IS NOT NULL",
            name=op.f("ck_agency_group_rule_asks"),
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["agency_group.id"], name=op.f("fk_agency_group_rule_group_id")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["agency.id"], name=op.f("fk_agency_group_rule_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_group_rule")),
    )
    with op.batch_alter_table("agency_group_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agency_group_rule_group_id"), ["group_id"], unique=False)

    op.create_table(
        "directory_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_directory_import_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_import")),
    )
    op.create_table(
        "reorganisation_heir",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reorganisation_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("new_name", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_reorganisation_heir_agency_id")),
        sa.ForeignKeyConstraint(
            ["reorganisation_id"],
            ["reorganisation.id"],
            name=op.f("fk_reorganisation_heir_reorganisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation_heir")),
    )
    with op.batch_alter_table("reorganisation_heir", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reorganisation_heir_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_reorganisation_heir_reorganisation_id"), ["reorganisation_id"], unique=False
        )

    op.create_table(
        "reorganisation_old",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reorganisation_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_reorganisation_old_agency_id")),
        sa.ForeignKeyConstraint(
            ["reorganisation_id"], ["reorganisation.id"], name=op.f("fk_reorganisation_old_reorganisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation_old")),
        sa.UniqueConstraint(
            "reorganisation_id", "agency_id", name=op.f("uq_reorganisation_old_reorganisation_id_agency_id")
        ),
    )
    with op.batch_alter_table("reorganisation_old", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reorganisation_old_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "reorganisation_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reorganisation_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("table_name", sa.String(length=60), nullable=False),
        sa.Column("row_key", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reorganisation_id"],
            ["reorganisation.id"],
            name=op.f("fk_reorganisation_step_reorganisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation_step")),
    )
    with op.batch_alter_table("reorganisation_step", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reorganisation_step_reorganisation_id"), ["reorganisation_id"], unique=False
        )

    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("from_day <= to_day", name=op.f("ck_absence_days")),
        sa.ForeignKeyConstraint(["deputy_id"], ["user_account.id"], name=op.f("fk_absence_deputy_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_absence_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absence_deputy_id"), ["deputy_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_absence_to_day"), ["to_day"], unique=False)
        batch_op.create_index(batch_op.f("ix_absence_user_id"), ["user_id"], unique=False)

    op.create_table(
        "agency_practice",
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("head_confirms", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_agency_practice_agency_id")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user_account.id"], name=op.f("fk_agency_practice_changed_by_id")
        ),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_agency_practice")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "scope", sa.Enum("read", "write", name="tokenscope", native_enum=False, length=40), nullable=False
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_api_token_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_token_user_id"), ["user_id"], unique=False)

    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("decision", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_calendar_year_by_id")),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_year")),
    )
    op.create_table(
        "external_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_external_identity_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_external_identity_issuer_subject")),
    )
    with op.batch_alter_table("external_identity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_external_identity_user_id"), ["user_id"], unique=False)

    op.create_table(
        "held_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("page", sa.String(length=500), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("had_files", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_held_form_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_form")),
    )
    with op.batch_alter_table("held_form", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_held_form_user_id"), ["user_id"], unique=False)

    op.create_table(
        "one_time_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("invitation", "reset", name="linkpurpose", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_one_time_link_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_link_token_hash")),
    )
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_one_time_link_user_id"), ["user_id"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=300), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_recovery_code_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_user_id"), ["user_id"], unique=False)

    op.create_table(
        "reminder_wish",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("daily", sa.Boolean(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=True),
        sa.Column("hears_from", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_reminder_wish_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_reminder_wish")),
    )
    op.create_table(
        "reorganisation_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reorganisation_id", sa.Integer(), nullable=False),
        sa.Column("old_agency_id", sa.Integer(), nullable=False),
        sa.Column(
            "scope",
            sa.Enum("plan", "obligation", "person", name="choicescope", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("heir_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["heir_id"], ["reorganisation_heir.id"], name=op.f("fk_reorganisation_choice_heir_id")
        ),
        sa.ForeignKeyConstraint(
            ["old_agency_id"], ["agency.id"], name=op.f("fk_reorganisation_choice_old_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["reorganisation_id"],
            ["reorganisation.id"],
            name=op.f("fk_reorganisation_choice_reorganisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation_choice")),
        sa.UniqueConstraint(
            "reorganisation_id",
            "old_agency_id",
            "scope",
            "subject_id",
            name=op.f("uq_reorganisation_choice_reorganisation_id_old_agency_id_scope_subject_id"),
        ),
    )
    with op.batch_alter_table("reorganisation_choice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reorganisation_choice_old_agency_id"), ["old_agency_id"], unique=False
        )

    op.create_table(
        "totp_factor",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("sealed_secret", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_totp_factor_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_totp_factor")),
    )
    op.create_table(
        "user_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("acting_id", sa.Integer(), nullable=True),
        sa.Column("via", sa.String(length=10), server_default="local", nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("network", sa.String(length=60), nullable=False),
        sa.Column("browser", sa.String(length=80), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["acting_id"], ["user_account.id"], name=op.f("fk_user_session_acting_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_user_session_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_session_token_hash")),
    )
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_session_acting_id"), ["acting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_user_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "mail_bounce",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("message_row", sa.Integer(), nullable=True),
        sa.Column("permanent", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_row"], ["message.id"], name=op.f("fk_mail_bounce_message_row"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_bounce")),
        sa.UniqueConstraint("key", name=op.f("uq_mail_bounce_key")),
    )
    with op.batch_alter_table("mail_bounce", schema=None) as batch_op:
        batch_op.create_index("ix_mail_bounce_address", ["address", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_bounce_message_row"), ["message_row"], unique=False)

    op.create_table(
        "status_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=True),
        sa.Column("span_end", sa.Integer(), nullable=True),
        sa.Column("due_day", sa.Integer(), nullable=True),
        sa.Column("due_month", sa.Integer(), nullable=True),
        sa.Column("due_quarter", sa.Integer(), nullable=True),
        sa.Column("due_year", sa.Integer(), nullable=True),
        sa.Column("due_qualifier", sa.String(length=10), nullable=True),
        sa.Column("due_words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_status_request_by_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_status_request_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_request")),
        sa.UniqueConstraint("key", name=op.f("uq_status_request_key")),
    )
    with op.batch_alter_table("status_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_status_request_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "arriving_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["obligation_id"],
            ["obligation.id"],
            name=op.f("fk_arriving_file_obligation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["user_account.id"], name=op.f("fk_arriving_file_started_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arriving_file")),
        sa.UniqueConstraint("key", name=op.f("uq_arriving_file_key")),
    )
    with op.batch_alter_table("arriving_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_arriving_file_obligation_id"), ["obligation_id"], unique=False)

    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=True),
        sa.Column("source_kind", sa.String(length=40), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("by_agency_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(obligation_id IS NULL) <> (source_id IS NULL)", name=op.f("ck_comment_one_subject")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_comment_agency_id")),
        sa.ForeignKeyConstraint(["by_agency_id"], ["agency.id"], name=op.f("fk_comment_by_agency_id")),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_comment_by_id")),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_comment_obligation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("form_key", name=op.f("uq_comment_form_key")),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_obligation_id"), ["obligation_id"], unique=False)
        batch_op.create_index("ix_comment_source", ["source_kind", "source_id"], unique=False)

    op.create_table(
        "officer_in_charge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=True),
        sa.Column("source_kind", sa.String(length=40), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("inner_due_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(obligation_id IS NULL) <> (source_id IS NULL)", name=op.f("ck_officer_in_charge_one_subject")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_officer_in_charge_agency_id")),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_officer_in_charge_by_id")),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["user_account.id"], name=op.f("fk_officer_in_charge_ended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_officer_in_charge_obligation_id")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["user_account.id"], name=op.f("fk_officer_in_charge_officer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_in_charge")),
    )
    with op.batch_alter_table("officer_in_charge", schema=None) as batch_op:
        batch_op.create_index(
            "ix_officer_in_charge_mine",
            ["officer_id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_officer_in_charge_obligation_id"), ["obligation_id"], unique=False
        )
        batch_op.create_index(
            "ix_officer_in_charge_source",
            ["source_kind", "source_id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_part_agency_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user_account.id"], name=op.f("fk_part_asked_by_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["user_account.id"], name=op.f("fk_part_closed_by_id")),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_part_obligation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part")),
        sa.UniqueConstraint("obligation_id", "agency_id", name=op.f("uq_part_obligation_id_agency_id")),
    )
    with op.batch_alter_table("part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_part_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "presentation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_presentation_by_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_presentation_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_presentation_obligation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presentation")),
        sa.UniqueConstraint("form_key", name=op.f("uq_presentation_form_key")),
    )
    with op.batch_alter_table("presentation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_presentation_obligation_id"), ["obligation_id"], unique=False)
        batch_op.create_index(
            "uq_presentation_waiting",
            ["obligation_id"],
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )

    op.create_table(
        "report_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("others", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["obligation_id"],
            ["obligation.id"],
            name=op.f("fk_report_draft_obligation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["user_account.id"], name=op.f("fk_report_draft_saved_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_draft")),
        sa.UniqueConstraint("obligation_id", name=op.f("uq_report_draft_obligation_id")),
    )
    op.create_table(
        "suspension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_suspension_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["user_account.id"], name=op.f("fk_suspension_ended_by_id")),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_suspension_obligation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suspension_obligation_id"), ["obligation_id"], unique=False)

    op.create_table(
        "unheard_notice",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["obligation_id"],
            ["obligation.id"],
            name=op.f("fk_unheard_notice_obligation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_unheard_notice")),
    )
    with op.batch_alter_table("unheard_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unheard_notice_obligation_id"), ["obligation_id"], unique=False)

    op.create_table(
        "indicator_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Numeric(precision=20, scale=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_indicator_value_indicator_id")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_indicator_value_submission_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_value")),
        sa.UniqueConstraint(
            "submission_id", "indicator_id", name=op.f("uq_indicator_value_submission_id_indicator_id")
        ),
    )
    with op.batch_alter_table("indicator_value", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_indicator_value_indicator_id"), ["indicator_id"], unique=False)

    op.create_table(
        "part_filing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("filed_by_id", sa.Integer(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["filed_by_id"], ["user_account.id"], name=op.f("fk_part_filing_filed_by_id")
        ),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_part_filing_part_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_filing")),
        sa.UniqueConstraint("form_key", name=op.f("uq_part_filing_form_key")),
        sa.UniqueConstraint("part_id", "version", name=op.f("uq_part_filing_part_id_version")),
    )
    op.create_table(
        "presented_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("presentation_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_presented_file_file_id")),
        sa.ForeignKeyConstraint(
            ["presentation_id"], ["presentation.id"], name=op.f("fk_presented_file_presentation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presented_file")),
    )
    with op.batch_alter_table("presented_file", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_presented_file_presentation_id"), ["presentation_id"], unique=False
        )

    op.create_table(
        "report_draft_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user_account.id"], name=op.f("fk_report_draft_file_added_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["report_draft.id"], name=op.f("fk_report_draft_file_draft_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_report_draft_file_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_draft_file")),
        sa.UniqueConstraint("key", name=op.f("uq_report_draft_file_key")),
    )
    with op.batch_alter_table("report_draft_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_draft_file_draft_id"), ["draft_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_draft_file_file_id"), ["file_id"], unique=False)

    op.create_table(
        "status_request_duty",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_status_request_duty_duty_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["status_request.id"], name=op.f("fk_status_request_duty_request_id")
        ),
        sa.PrimaryKeyConstraint("request_id", "duty_id", name=op.f("pk_status_request_duty")),
    )
    with op.batch_alter_table("status_request_duty", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_status_request_duty_duty_id"), ["duty_id"], unique=False)

    op.create_table(
        "part_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("filing_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_part_file_file_id")),
        sa.ForeignKeyConstraint(["filing_id"], ["part_filing.id"], name=op.f("fk_part_file_filing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_file")),
    )
    with op.batch_alter_table("part_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_part_file_filing_id"), ["filing_id"], unique=False)

    op.create_table(
        "progress_note_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_progress_note_file_file_id")),
        sa.ForeignKeyConstraint(
            ["note_id"], ["progress_note.id"], name=op.f("fk_progress_note_file_note_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_note_file")),
    )
    with op.batch_alter_table("progress_note_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_progress_note_file_note_id"), ["note_id"], unique=False)

    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.add_column(sa.Column("search_key", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("assignment_member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("joined_on", sa.Date(), nullable=True))

    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.add_column(sa.Column("undo", sa.JSON(), nullable=True))

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("calendar", sa.Text(), nullable=True))
        batch_op.create_index("ix_message_message_id", ["message_id"], unique=False)

    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("started_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("suspended_from", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("suspended_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("suspended_reason", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("correction_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("correction_wanted_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("correction_wanted_why", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("first_agency_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("replan", sa.Boolean(), server_default=sa.text("true"), nullable=False))
        batch_op.create_index("ix_obligation_committee_agency", ["committee_id", "agency_id"], unique=False)
        batch_op.create_index(
            "ix_obligation_correction_receiver",
            ["receiver_id"],
            unique=False,
            sqlite_where=sa.text("correction_at IS NOT NULL"),
            postgresql_where=sa.text("correction_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_obligation_correction_standing",
            ["standing_agency_id"],
            unique=False,
            sqlite_where=sa.text("correction_at IS NOT NULL"),
            postgresql_where=sa.text("correction_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_obligation_correction_wanted",
            ["agency_id"],
            unique=False,
            sqlite_where=sa.text("correction_wanted_until IS NOT NULL"),
            postgresql_where=sa.text("correction_wanted_until IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_obligation_first_agency_id"), ["first_agency_id"], unique=False)
        batch_op.create_index(
            "ix_obligation_standing_agency", ["standing_agency_id", "agency_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_obligation_first_agency_id"), "agency", ["first_agency_id"], ["id"]
        )

    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ends", sa.JSON(), nullable=True))

    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False))
        batch_op.add_column(sa.Column("part_id", sa.Integer(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_reminder_message_id"))
        batch_op.drop_index(batch_op.f("ix_reminder_obligation_id"))
        batch_op.drop_index(batch_op.f("ix_reminder_user_id"))
        batch_op.create_index(
            "ix_reminder_message_id_set",
            ["message_id"],
            unique=False,
            sqlite_where=sa.text("message_id IS NOT NULL"),
            postgresql_where=sa.text("message_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_reminder_newest", ["obligation_id", "version", "user_id", "part_id", "step_on"], unique=False
        )
        batch_op.create_index(
            "ix_reminder_part_id_set",
            ["part_id"],
            unique=False,
            sqlite_where=sa.text("part_id IS NOT NULL"),
            postgresql_where=sa.text("part_id IS NOT NULL"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_reminder_part_id"), "part", ["part_id"], ["id"], ondelete="CASCADE"
        )

    with op.batch_alter_table("reminder_rule", schema=None) as batch_op:
        batch_op.add_column(sa.Column("committee_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("schedule_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            "uq_reminder_rule_committee", ["committee_id", "offset", "audience"], unique=True
        )
        batch_op.create_index("uq_reminder_rule_schedule", ["schedule_id", "offset", "audience"], unique=True)
        batch_op.create_foreign_key(
            batch_op.f("fk_reminder_rule_schedule_id"),
            "report_schedule",
            ["schedule_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_reminder_rule_committee_id"), "agency", ["committee_id"], ["id"]
        )

    with op.batch_alter_table("report_schedule", schema=None) as batch_op:
        batch_op.add_column(sa.Column("via_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("via_due", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("via_offset", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False))
        batch_op.add_column(sa.Column("ended_ids", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.create_index(batch_op.f("ix_report_schedule_via_id"), ["via_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_report_schedule_via_id"), "agency", ["via_id"], ["id"])

    with op.batch_alter_table("schedule_reporter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("joined_on", sa.Date(), nullable=True))

    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.add_column(sa.Column("confirmed_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("correction_reason", sa.Text(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_submission_confirmed_by_id"), "user_account", ["confirmed_by_id"], ["id"]
        )

    with op.batch_alter_table("succession", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reorganisation_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_succession_reorganisation_id"), ["reorganisation_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_succession_reorganisation_id"), "reorganisation", ["reorganisation_id"], ["id"]
        )

    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("main_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("second_factor_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("masked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.alter_column("email", existing_type=sa.VARCHAR(length=254), nullable=True)
        batch_op.create_index(batch_op.f("ix_user_account_main_id"), ["main_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_user_account_main_id"), "user_account", ["main_id"], ["id"]
        )
        batch_op.drop_column("session_version")
    _put_back(kept)
    op.create_index(
        "ix_obligation_open_agency",
        "obligation",
        [
            "agency_id",
            sa.literal_column(
                "(CASE WHEN (returned_at IS NOT NULL AND rework_until > coalesce(extended_to, due_on)) THEN rework_until ELSE coalesce(extended_to, due_on) END)"
            ),
            "id",
        ],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index(
        "ix_obligation_open_committee",
        "obligation",
        [
            "committee_id",
            sa.literal_column(
                "(CASE WHEN (returned_at IS NOT NULL AND rework_until > coalesce(extended_to, due_on)) THEN rework_until ELSE coalesce(extended_to, due_on) END)"
            ),
            "id",
        ],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index(
        "ix_obligation_open_standing",
        "obligation",
        [
            "standing_agency_id",
            sa.literal_column(
                "(CASE WHEN (returned_at IS NOT NULL AND rework_until > coalesce(extended_to, due_on)) THEN rework_until ELSE coalesce(extended_to, due_on) END)"
            ),
            "id",
        ],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index(
        "ix_obligation_agency_day",
        "obligation",
        [
            "agency_id",
            sa.literal_column(
                "(CASE WHEN (returned_at IS NOT NULL AND rework_until > coalesce(extended_to, due_on)) THEN rework_until ELSE coalesce(extended_to, due_on) END)"
            ),
            "id",
        ],
        unique=False,
    )
    op.create_index(
        "ix_obligation_committee_day",
        "obligation",
        [
            "committee_id",
            sa.literal_column(
                "(CASE WHEN (returned_at IS NOT NULL AND rework_until > coalesce(extended_to, due_on)) THEN rework_until ELSE coalesce(extended_to, due_on) END)"
            ),
            "id",
        ],
        unique=False,
    )
    op.create_index(
        "ix_obligation_daily",
        "obligation",
        [sa.literal_column("coalesce(extended_to, due_on)"), "id"],
        unique=False,
        sqlite_where=sa.text(
            "settled_at IS NULL AND submitted_at IS NULL AND (returned_at IS NOT NULL OR suspended_at IS NOT NULL)"
        ),
        postgresql_where=sa.text(
            "settled_at IS NULL AND submitted_at IS NULL AND (returned_at IS NOT NULL OR suspended_at IS NOT NULL)"
        ),
    )
    op.create_index(
        "ix_obligation_passed_on",
        "obligation",
        [
            "receiver_id",
            sa.literal_column(
                "(CASE WHEN (returned_at IS NOT NULL AND rework_until > coalesce(extended_to, due_on)) THEN rework_until ELSE coalesce(extended_to, due_on) END)"
            ),
            "id",
        ],
        unique=False,
        sqlite_where=sa.text("receiver_id <> standing_agency_id"),
        postgresql_where=sa.text("receiver_id <> standing_agency_id"),
    )
    op.create_index(
        "ix_obligation_replan",
        "obligation",
        [sa.literal_column("coalesce(extended_to, due_on)"), "id"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL AND submitted_at IS NULL AND replan"),
        postgresql_where=sa.text("settled_at IS NULL AND submitted_at IS NULL AND replan"),
    )
    op.create_index(
        "ix_obligation_standing_day",
        "obligation",
        [
            "standing_agency_id",
            sa.literal_column(
                "(CASE WHEN (returned_at IS NOT NULL AND rework_until > coalesce(extended_to, due_on)) THEN rework_until ELSE coalesce(extended_to, due_on) END)"
            ),
            "id",
        ],
        unique=False,
    )

    _keep_steps_off()


def _keep_steps_off() -> None:
    """Until now a plan with reminder steps of its own had no others; from now on steps are inherited one by one. What
    such a plan had left out stays left out: it gets a step of its own that is switched off."""
    op.execute(
        """
        INSERT INTO reminder_rule (plan_id, "offset", audience, repeat_weekly, active)
        SELECT own.plan_id, wider."offset", wider.audience, wider.repeat_weekly, FALSE
        FROM (SELECT DISTINCT plan_id FROM reminder_rule WHERE plan_id IS NOT NULL) AS own
        CROSS JOIN reminder_rule AS wider
        WHERE wider.plan_id IS NULL AND wider.active AND NOT EXISTS (
            SELECT 1 FROM reminder_rule AS named
            WHERE named.plan_id = own.plan_id AND named."offset" = wider."offset"
            AND named.audience = wider.audience
        )
        """
    )


def downgrade():
    op.drop_index("ix_obligation_standing_day", table_name="obligation")
    op.drop_index("ix_obligation_replan", table_name="obligation")
    op.drop_index("ix_obligation_passed_on", table_name="obligation")
    op.drop_index("ix_obligation_daily", table_name="obligation")
    op.drop_index("ix_obligation_committee_day", table_name="obligation")
    op.drop_index("ix_obligation_agency_day", table_name="obligation")
    op.drop_index("ix_obligation_open_standing", table_name="obligation")
    op.drop_index("ix_obligation_open_committee", table_name="obligation")
    op.drop_index("ix_obligation_open_agency", table_name="obligation")
    kept = _set_aside()
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "session_version", sa.INTEGER(), server_default="1", autoincrement=False, nullable=False
            )
        )
        batch_op.drop_constraint(batch_op.f("fk_user_account_main_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_user_account_main_id"))
        batch_op.alter_column("email", existing_type=sa.VARCHAR(length=254), nullable=False)
        batch_op.drop_column("masked_at")
        batch_op.drop_column("second_factor_since")
        batch_op.drop_column("invited_at")
        batch_op.drop_column("password_changed_at")
        batch_op.drop_column("main_id")

    with op.batch_alter_table("succession", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_succession_reorganisation_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_succession_reorganisation_id"))
        batch_op.drop_column("reorganisation_id")

    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_submission_confirmed_by_id"), type_="foreignkey")
        batch_op.drop_column("correction_reason")
        batch_op.drop_column("confirmed_by_id")

    with op.batch_alter_table("schedule_reporter", schema=None) as batch_op:
        batch_op.drop_column("joined_on")

    with op.batch_alter_table("report_schedule", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_report_schedule_via_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_report_schedule_via_id"))
        batch_op.drop_column("ended_ids")
        batch_op.drop_column("revision")
        batch_op.drop_column("via_offset")
        batch_op.drop_column("via_due")
        batch_op.drop_column("via_id")

    with op.batch_alter_table("reminder_rule", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_reminder_rule_committee_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_reminder_rule_schedule_id"), type_="foreignkey")
        batch_op.drop_index("uq_reminder_rule_schedule")
        batch_op.drop_index("uq_reminder_rule_committee")
        batch_op.drop_column("schedule_id")
        batch_op.drop_column("committee_id")

    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_reminder_part_id"), type_="foreignkey")
        batch_op.drop_index(
            "ix_reminder_part_id_set",
            sqlite_where=sa.text("part_id IS NOT NULL"),
            postgresql_where=sa.text("part_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_reminder_newest")
        batch_op.drop_index(
            "ix_reminder_message_id_set",
            sqlite_where=sa.text("message_id IS NOT NULL"),
            postgresql_where=sa.text("message_id IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_reminder_user_id"), ["user_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reminder_obligation_id"), ["obligation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reminder_message_id"), ["message_id"], unique=False)
        batch_op.drop_column("part_id")
        batch_op.drop_column("version")

    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_column("ends")

    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_obligation_first_agency_id"), type_="foreignkey")
        batch_op.drop_index("ix_obligation_standing_agency")
        batch_op.drop_index(batch_op.f("ix_obligation_first_agency_id"))
        batch_op.drop_index(
            "ix_obligation_correction_wanted",
            sqlite_where=sa.text("correction_wanted_until IS NOT NULL"),
            postgresql_where=sa.text("correction_wanted_until IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_obligation_correction_standing",
            sqlite_where=sa.text("correction_at IS NOT NULL"),
            postgresql_where=sa.text("correction_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_obligation_correction_receiver",
            sqlite_where=sa.text("correction_at IS NOT NULL"),
            postgresql_where=sa.text("correction_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_obligation_committee_agency")
        batch_op.drop_column("replan")
        batch_op.drop_column("handed_over_at")
        batch_op.drop_column("first_agency_id")
        batch_op.drop_column("correction_wanted_why")
        batch_op.drop_column("correction_wanted_until")
        batch_op.drop_column("correction_at")
        batch_op.drop_column("suspended_reason")
        batch_op.drop_column("suspended_until")
        batch_op.drop_column("suspended_from")
        batch_op.drop_column("suspended_at")
        batch_op.drop_column("started_at")

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_message_id")
        batch_op.drop_column("calendar")

    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_column("undo")

    with op.batch_alter_table("assignment_member", schema=None) as batch_op:
        batch_op.drop_column("joined_on")

    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.drop_column("search_key")

    with op.batch_alter_table("progress_note_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_progress_note_file_note_id"))

    op.drop_table("progress_note_file")
    with op.batch_alter_table("part_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_part_file_filing_id"))

    op.drop_table("part_file")
    with op.batch_alter_table("status_request_duty", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_status_request_duty_duty_id"))

    op.drop_table("status_request_duty")
    with op.batch_alter_table("report_draft_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_draft_file_file_id"))
        batch_op.drop_index(batch_op.f("ix_report_draft_file_draft_id"))

    op.drop_table("report_draft_file")
    with op.batch_alter_table("presented_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_presented_file_presentation_id"))

    op.drop_table("presented_file")
    op.drop_table("part_filing")
    with op.batch_alter_table("indicator_value", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_indicator_value_indicator_id"))

    op.drop_table("indicator_value")
    with op.batch_alter_table("unheard_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unheard_notice_obligation_id"))

    op.drop_table("unheard_notice")
    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suspension_obligation_id"))

    op.drop_table("suspension")
    op.drop_table("report_draft")
    with op.batch_alter_table("presentation", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_presentation_waiting",
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_presentation_obligation_id"))

    op.drop_table("presentation")
    with op.batch_alter_table("part", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_part_agency_id"))

    op.drop_table("part")
    with op.batch_alter_table("officer_in_charge", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_officer_in_charge_source",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_officer_in_charge_obligation_id"))
        batch_op.drop_index(
            "ix_officer_in_charge_mine",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.drop_table("officer_in_charge")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index("ix_comment_source")
        batch_op.drop_index(batch_op.f("ix_comment_obligation_id"))

    op.drop_table("comment")
    with op.batch_alter_table("arriving_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_arriving_file_obligation_id"))

    op.drop_table("arriving_file")
    with op.batch_alter_table("status_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_status_request_plan_id"))

    op.drop_table("status_request")
    with op.batch_alter_table("mail_bounce", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_bounce_message_row"))
        batch_op.drop_index("ix_mail_bounce_address")

    op.drop_table("mail_bounce")
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_session_user_id"))
        batch_op.drop_index(batch_op.f("ix_user_session_acting_id"))

    op.drop_table("user_session")
    op.drop_table("totp_factor")
    with op.batch_alter_table("reorganisation_choice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reorganisation_choice_old_agency_id"))

    op.drop_table("reorganisation_choice")
    op.drop_table("reminder_wish")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_user_id"))

    op.drop_table("recovery_code")
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_one_time_link_user_id"))

    op.drop_table("one_time_link")
    with op.batch_alter_table("held_form", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_held_form_user_id"))

    op.drop_table("held_form")
    with op.batch_alter_table("external_identity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_external_identity_user_id"))

    op.drop_table("external_identity")
    op.drop_table("calendar_year")
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_token_user_id"))

    op.drop_table("api_token")
    op.drop_table("agency_practice")
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absence_user_id"))
        batch_op.drop_index(batch_op.f("ix_absence_to_day"))
        batch_op.drop_index(batch_op.f("ix_absence_deputy_id"))

    op.drop_table("absence")
    with op.batch_alter_table("reorganisation_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reorganisation_step_reorganisation_id"))

    op.drop_table("reorganisation_step")
    with op.batch_alter_table("reorganisation_old", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reorganisation_old_agency_id"))

    op.drop_table("reorganisation_old")
    with op.batch_alter_table("reorganisation_heir", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reorganisation_heir_reorganisation_id"))
        batch_op.drop_index(batch_op.f("ix_reorganisation_heir_agency_id"))

    op.drop_table("reorganisation_heir")
    op.drop_table("directory_import")
    with op.batch_alter_table("agency_group_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agency_group_rule_group_id"))

    op.drop_table("agency_group_rule")
    op.drop_table("sign_in_throttle")
    with op.batch_alter_table("reorganisation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reorganisation_state"))

    op.drop_table("reorganisation")
    op.drop_table("reminder_walk")
    op.drop_table("mail_server")
    op.drop_table("mail_domain")
    with op.batch_alter_table("mail_address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_address_suspended_at"))

    op.drop_table("mail_address")
    with op.batch_alter_table("indicator", schema=None) as batch_op:
        batch_op.drop_index("ix_indicator_source")

    op.drop_table("indicator")
    op.drop_table("directory_token")
    op.drop_table("audit_seal")
    _put_back(kept)
    op.create_index(
        "ix_obligation_open_standing",
        "obligation",
        ["standing_agency_id", sa.literal_column("COALESCE(extended_to, due_on)")],
        unique=False,
        postgresql_where="(settled_at IS NULL)",
    )
    op.create_index(
        "ix_obligation_open_committee",
        "obligation",
        ["committee_id", sa.literal_column("COALESCE(extended_to, due_on)")],
        unique=False,
        postgresql_where="(settled_at IS NULL)",
    )
    op.create_index(
        "ix_obligation_open_agency",
        "obligation",
        ["agency_id", sa.literal_column("COALESCE(extended_to, due_on)")],
        unique=False,
        postgresql_where="(settled_at IS NULL)",
    )
