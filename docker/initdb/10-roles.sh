#!/bin/sh
# The two roles of Callout, made once with the cluster: the owner makes tables, the web role only works on their rows.
set -eu

psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres \
    --set=owner_password="$CALLOUT_OWNER_PASSWORD" --set=app_password="$CALLOUT_APP_PASSWORD" <<'SQL'
CREATE ROLE callout_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION NOCREATEDB PASSWORD :'owner_password';
CREATE ROLE callout_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION NOCREATEDB PASSWORD :'app_password';
ALTER ROLE callout_app SET statement_timeout = '30s';
ALTER ROLE callout_app SET lock_timeout = '8s';
ALTER ROLE callout_app SET idle_in_transaction_session_timeout = '60s';
CREATE DATABASE callout OWNER callout_owner;
REVOKE ALL ON DATABASE callout FROM PUBLIC;
GRANT CONNECT ON DATABASE callout TO callout_app;
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
\connect callout
ALTER DEFAULT PRIVILEGES FOR ROLE callout_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO callout_app;
ALTER DEFAULT PRIVILEGES FOR ROLE callout_owner GRANT USAGE, SELECT ON SEQUENCES TO callout_app;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO callout_app;
SQL
