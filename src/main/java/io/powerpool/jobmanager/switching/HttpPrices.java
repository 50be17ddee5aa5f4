package io.powerpool.jobmanager.switching;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Prices from a JSON document that an HTTP server gives: {@code {"LTC": {"profit": 0.0021}}}. */
final class HttpPrices implements PriceSource {

  private static final int OK = 200;

  private final HttpClient client;
  private final URI url;
  private final Duration timeout;
  private final int maxBytes;

  HttpPrices(Vertx vertx, URI url, Duration timeout, int maxBytes) {
    this.url = url;
    this.timeout = timeout;
    this.maxBytes = maxBytes;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout((int) timeout.toMillis())
                .setVerifyHost(true)
                .setDecompressionSupported(true));
  }

  @Override
  public Future<PriceReading> read(Wanted wanted) {
    return client
        .request(new RequestOptions().setAbsoluteURI(url.toString()).setMethod(HttpMethod.GET))
        .compose(this::ask)
        .recover(failure -> Future.failedFuture(url + ": " + failure.getMessage()))
        .map(document -> PriceReading.ofDocument(document, wanted));
  }

  private Future<Object> ask(HttpClientRequest request) {
    return request
        .putHeader("accept", "application/json")
        .send()
        .compose(this::body)
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(failure -> request.reset())
        .map(HttpPrices::parse);
  }

  private Future<Buffer> body(HttpClientResponse response) {
    if (response.statusCode() != OK) {
      return Future.failedFuture("status " + response.statusCode() + ", expected 200");
    }
    Promise<Buffer> read = Promise.promise();
    Buffer body = Buffer.buffer();
    response.handler(
        part -> {
          if (body.length() + part.length() > maxBytes) {
            read.tryFail("an answer of more than " + maxBytes + " bytes");
          } else {
            body.appendBuffer(part);
          }
        });
    response.exceptionHandler(read::tryFail);
    response.endHandler(end -> read.tryComplete(body));
    return read.future();
  }

  private static Object parse(Buffer body) {
    try {
      return new JsonObject(body).getMap();
    } catch (DecodeException | IllegalArgumentException e) {
      throw new IllegalArgumentException("no JSON object of coins and prices", e);
    }
  }

  @Override
  public Future<Void> close() {
    return client.close();
  }
}
