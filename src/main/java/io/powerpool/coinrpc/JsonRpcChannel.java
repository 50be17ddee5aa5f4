package io.powerpool.coinrpc;

import io.powerpool.coinrpc.CoinRpcException.Kind;
import io.powerpool.process.OutOfMemory;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * JSON-RPC calls to one server over a pool of kept-alive HTTP connections. Each call has one
 * deadline for everything: waiting for a connection, sending, and the complete reply.
 */
final class JsonRpcChannel {

  /** Nodes close a connection after 30 idle seconds; we must not send on one they just closed. */
  private static final int KEEP_ALIVE_SECONDS = 15;

  /** A reply up to this size is parsed where it arrives: handing it over would take longer. */
  private static final int PARSED_IN_PLACE_BYTES = 16 * 1024;

  private final Vertx vertx;
  private final CoinServerOptions server;
  private final RpcCredentials credentials;
  private final HttpClient client;
  private final AtomicLong lastId = new AtomicLong();

  JsonRpcChannel(
      Vertx vertx, CoinServerOptions server, RpcCredentials credentials, int connections) {
    this.vertx = vertx;
    this.server = server;
    this.credentials = credentials;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setDefaultHost(server.host())
                .setDefaultPort(server.port())
                .setSsl(server.tls())
                .setKeepAlive(true)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setConnectTimeout(Math.toIntExact(server.timeout().toMillis()))
                .setTcpNoDelay(true),
            new PoolOptions().setHttp1MaxSize(connections));
  }

  /**
   * Calls a method and gives its result to the reader, which runs off the event loop if the reply
   * is large. What the reader throws makes the reply malformed.
   *
   * @return fails with a {@link CoinRpcException} only
   */
  <T> Future<T> call(
      String method, JsonArray params, Duration timeout, Function<Object, T> reader) {
    Call<T> call = new Call<>(method, params, timeout, reader);
    return call.send()
        .recover(
            failure -> {
              CoinRpcException refusal = asRpcException(failure);
              // The cookie changes whenever the node starts: read it again before giving up.
              return refusal.kind() == Kind.UNAUTHORIZED && credentials.mayHaveChanged()
                  ? credentials.reload().compose(same -> call.send())
                  : Future.failedFuture(refusal);
            })
        .recover(
            failure -> Future.failedFuture(asRpcException(failure).within(server.name(), method)));
  }

  /** Breaks every call under way and opens no more. */
  Future<Void> close() {
    return client.close();
  }

  private static CoinRpcException asRpcException(Throwable failure) {
    if (failure instanceof CoinRpcException known) {
      return known;
    }
    OutOfMemory.check(failure);
    return CoinRpcException.of(
        failure instanceof TimeoutException ? Kind.TIMEOUT : Kind.CONNECTION,
        failure.getMessage() == null ? failure.toString() : failure.getMessage(),
        failure);
  }

  /** One call, which may be sent again with a fresh id. */
  private final class Call<T> {

    private final String method;
    private final JsonArray params;
    private final Duration timeout;
    private final Function<Object, T> reader;

    Call(String method, JsonArray params, Duration timeout, Function<Object, T> reader) {
      this.method = method;
      this.params = params;
      this.timeout = timeout;
      this.reader = reader;
    }

    Future<T> send() {
      // The reply's handlers must be set in the turn that its head arrives in: on a caller's thread
      // that is none of ours, the body could be over before.
      Promise<T> outcome = Promise.promise();
      Context context = vertx.getOrCreateContext();
      if (context == Vertx.currentContext()) {
        send(outcome);
      } else {
        context.runOnContext(turn -> send(outcome));
      }
      return outcome.future();
    }

    private void send(Promise<T> outcome) {
      HttpClientRequest[] sent = new HttpClientRequest[1];
      long timer =
          vertx.setTimer(
              timeout.toMillis(),
              fired -> {
                outcome.tryFail(
                    CoinRpcException.of(
                        Kind.TIMEOUT, "no complete reply within " + timeout.toMillis() + " ms"));
                if (sent[0] != null) {
                  sent[0].reset();
                }
              });
      long id = lastId.incrementAndGet();
      credentials
          .header()
          .compose(authorization -> client.request(requestOptions(authorization)))
          .compose(
              request -> {
                sent[0] = request;
                if (outcome.future().isComplete()) {
                  request.reset();
                  return Future.failedFuture("too late");
                }
                return request
                    .send(body(id))
                    .compose(response -> collect(request, response))
                    .compose(body -> read(request.response().result().statusCode(), body, id));
              })
          .onSuccess(outcome::tryComplete)
          .onFailure(outcome::tryFail);
      outcome.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    private RequestOptions requestOptions(String authorization) {
      return new RequestOptions()
          .setMethod(HttpMethod.POST)
          .setURI(server.path())
          .setConnectTimeout(timeout.toMillis())
          .putHeader("Content-Type", "application/json")
          .putHeader("Authorization", authorization);
    }

    private Buffer body(long id) {
      // 1.0 is what every node of the last fifteen years understands.
      return new JsonObject()
          .put("jsonrpc", "1.0")
          .put("id", id)
          .put("method", method)
          .put("params", params)
          .toBuffer();
    }

    private Future<Buffer> collect(HttpClientRequest request, HttpClientResponse response) {
      Promise<Buffer> complete = Promise.promise();
      Buffer body = Buffer.buffer();
      response.handler(
          chunk -> {
            if (body.length() + chunk.length() > server.maxReplyBytes()) {
              complete.tryFail(
                  CoinRpcException.of(
                      Kind.MALFORMED,
                      "reply exceeds " + server.maxReplyBytes() + " bytes (max_reply_bytes)"));
              request.reset();
            } else {
              body.appendBuffer(chunk);
            }
          });
      response.exceptionHandler(complete::tryFail);
      response.endHandler(end -> complete.tryComplete(body));
      return complete.future();
    }

    private Future<T> read(int status, Buffer body, long id) {
      if (body.length() <= PARSED_IN_PLACE_BYTES) {
        return Future.succeededFuture(parse(status, body, id));
      }
      return vertx.executeBlocking(() -> parse(status, body, id), false);
    }

    private T parse(int status, Buffer body, long id) {
      Object result = RpcReply.result(status, body, id);
      try {
        return reader.apply(result);
      } catch (ClassCastException | NullPointerException | IllegalArgumentException e) {
        throw CoinRpcException.of(Kind.MALFORMED, "result not as expected: " + e.getMessage(), e);
      }
    }
  }
}
