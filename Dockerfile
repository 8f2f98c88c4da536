# incident-bot. Build: docker build -t incident-bot .
# Everything is installed from wheels locked with hashes; no compiler is needed.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /opt/incident-bot
ENV PATH=/opt/incident-bot/bin:$PATH
COPY requirements.lock requirements-build.lock ./
RUN pip install --no-deps --require-hashes -r requirements.lock
# What builds the package does not belong into the image: an environment of its own.
RUN python -m venv /opt/builder \
 && /opt/builder/bin/pip install --no-deps --require-hashes -r requirements-build.lock
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY migrations migrations
COPY templates templates
COPY runbooks runbooks
COPY config config
RUN /opt/builder/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
 && pip install --no-deps --no-index /wheels/*.whl

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --user-group --home-dir /data --create-home --shell /usr/sbin/nologin bot
COPY --from=build /opt/incident-bot /opt/incident-bot
ENV PATH=/opt/incident-bot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    INCIDENT_BOT_DATA_DIR=/data \
    INCIDENT_BOT_HTTP_HOST=0.0.0.0
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# Does the process live? Whether it serves (database, Slack, engine) is what /readyz says.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ.get('INCIDENT_BOT_HTTP_PORT', '8080') + '/healthz', timeout=4)"]
ENTRYPOINT ["incident-bot"]
CMD ["run"]
