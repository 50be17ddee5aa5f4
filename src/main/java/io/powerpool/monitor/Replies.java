package io.powerpool.monitor;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the monitor answers: JSON, links, redirections, errors, and the headers on all of them. */
final class Replies {
  private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

  /** Everything from this server, and no script or style inside the page itself. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
          + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Pattern AUTHORITY = Pattern.compile("[A-Za-z0-9._:\\[\\]-]{1,255}");

  private Replies() {}

  /**
   * Comes before every route: nothing can be changed here, so nothing but reading is let through.
   */
  static void guard(RoutingContext context) {
    HttpServerResponse response = context.response();
    response
        .putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("X-Frame-Options", "DENY")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("Cross-Origin-Resource-Policy", "same-origin")
        .putHeader("Cache-Control", "no-store");
    HttpMethod method = context.request().method();
    if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
      context.next();
    } else {
      response.putHeader("Allow", "GET, HEAD");
      error(context, 405, "only GET and HEAD are allowed");
    }
  }

  static void json(RoutingContext context, JsonObject body) {
    context.response().putHeader("Content-Type", "application/json");
    finish(context, context.response().end(body.toBuffer()));
  }

  /** Answers with what an asynchronous question brings. */
  static <T> void json(RoutingContext context, Future<T> answer, Function<T, JsonObject> toBody) {
    answer.map(toBody).onSuccess(body -> json(context, body)).onFailure(context::fail);
  }

  static void file(RoutingContext context, PageFiles.PageFile file) {
    // The page must match the server it talks to: always asked for again.
    context
        .response()
        .putHeader("Content-Type", file.contentType())
        .putHeader("Cache-Control", "no-cache");
    finish(context, context.response().end(file.content()));
  }

  static void notFound(RoutingContext context, String what) {
    error(context, 404, what);
  }

  /** The end of the line for whatever a route threw or failed with. */
  static void onFailure(RoutingContext context) {
    if (context.response().ended() || context.response().headWritten()) {
      return;
    }
    int status = context.statusCode();
    if (status < 400 || status >= 500) {
      LOG.warn("monitor: {} failed", context.normalizedPath(), context.failure());
      error(context, 500, "internal error");
    } else {
      error(context, status, "bad request");
    }
  }

  /** Sends a path that lacks its final slash to the one that has it. */
  static Handler<RoutingContext> slashed(Handler<RoutingContext> handler) {
    return context -> {
      String path = context.request().path();
      if (path.endsWith("/")) {
        handler.handle(context);
        return;
      }
      // Relative, and with "./" in front: however hostile the path, it stays on this server.
      String location = "./" + path.substring(path.lastIndexOf('/') + 1) + "/";
      context.response().setStatusCode(301).putHeader("Location", location);
      finish(context, context.response().end());
    };
  }

  /** {@code http://host:port} as the client spelled it; empty if it spelled nonsense. */
  static String baseUrl(HttpServerRequest request) {
    HostAndPort authority = request.authority();
    return authority != null && AUTHORITY.matcher(authority.toString()).matches()
        ? request.scheme() + "://" + authority
        : "";
  }

  /** A name as one segment of a path. */
  static String segment(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  static void error(RoutingContext context, int status, String what) {
    context.response().setStatusCode(status);
    json(context, new JsonObject().put("error", what));
  }

  private static void finish(RoutingContext context, Future<Void> sent) {
    sent.onFailure(
        e -> LOG.debug("monitor: {} went away: {}", context.request().remoteAddress(), e));
  }
}
