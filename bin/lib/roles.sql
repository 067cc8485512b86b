-- Roles of the database, and what every new database grants (a new one is a copy of template1).
-- Run as the superuser, as often as you like. The passwords are put in by bin/lib/postgres.py.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'haderslev_owner') THEN
        CREATE ROLE haderslev_owner;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'haderslev_app') THEN
        CREATE ROLE haderslev_app;
    END IF;
END $$;
ALTER ROLE haderslev_owner WITH LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS PASSWORD '<owner>';
ALTER ROLE haderslev_app WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD '<app>';

\connect template1
CREATE EXTENSION IF NOT EXISTS btree_gist;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO haderslev_app;
-- Never TRUNCATE, REFERENCES or TRIGGER: rows of the journal are protected by what is not granted.
ALTER DEFAULT PRIVILEGES FOR ROLE haderslev_owner
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO haderslev_app;
ALTER DEFAULT PRIVILEGES FOR ROLE haderslev_owner
    GRANT USAGE ON SEQUENCES TO haderslev_app;

\connect postgres
SELECT 'CREATE DATABASE haderslev OWNER haderslev_owner TEMPLATE template1'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'haderslev') \gexec
REVOKE ALL ON DATABASE haderslev FROM PUBLIC;
GRANT CONNECT ON DATABASE haderslev TO haderslev_app;
