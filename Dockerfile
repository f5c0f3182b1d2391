# One image for web, worker, scheduler and migration; what a container does is its command.
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements/production.txt /tmp/production.txt
RUN /opt/venv/bin/pip install --require-hashes --no-deps --only-binary :all: -r /tmp/production.txt
WORKDIR /srv/callout
COPY . .
# Static files are collected once, here. These values are used by nothing else and are not kept.
RUN SECRET_KEY="$(/opt/venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    DATABASE_URL=postgresql://build@127.0.0.1/build REDIS_URL=redis://127.0.0.1:6379/0 \
    EMAIL_URL=smtp://127.0.0.1:25 PLATFORM_HOST=build.invalid CALLOUT_VAR=/srv/var \
    DJANGO_SETTINGS_MODULE=portal.settings.production \
    /opt/venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
 && /opt/venv/bin/python -m portal.kit.fonts /srv/var/fonts \
 && rm -rf /srv/callout/tests /srv/callout/portal/embedded

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home --home-dir /srv callout \
 && install -d -o callout -g callout /srv/var /srv/var/files /srv/var/media
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/callout /srv/callout
COPY --from=build /srv/var/static /srv/var/static
COPY --from=build /srv/var/fonts /srv/var/fonts
WORKDIR /srv/callout
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=portal.settings.production CALLOUT_VAR=/srv/var PORT=8000
USER callout
EXPOSE 8000
CMD ["sh", "-c", "exec uvicorn portal.asgi:application --host 0.0.0.0 --port $PORT --workers ${WEB_WORKERS:-2} --no-proxy-headers --no-access-log --no-server-header --lifespan off --timeout-graceful-shutdown 20"]
