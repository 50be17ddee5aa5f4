package io.powerpool.jobmanager.switching;

import io.powerpool.config.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisAPI;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Response;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Prices from the Redis keys that SimpleCoin Multi writes: {@code {currency}_profit}, and {@code
 * {currency}_ratio}, which is 1 if it is not there.
 */
final class RedisPrices implements PriceSource {

  private final URI url;
  private final Duration timeout;
  private final Vertx vertx;
  private final RedisOptions options;
  private Redis redis;

  RedisPrices(Vertx vertx, URI url, Optional<Secret> password, Duration timeout) {
    this.url = url;
    this.timeout = timeout;
    this.vertx = vertx;
    this.options =
        new RedisOptions()
            .setConnectionString(url.toString())
            .setMaxPoolSize(1)
            .setNetClientOptions(
                new NetClientOptions().setConnectTimeout((int) timeout.toMillis()));
    password.ifPresent(secret -> options.setPassword(secret.value()));
    this.redis = Redis.createClient(vertx, options);
  }

  @Override
  public Future<PriceReading> read(Wanted wanted) {
    List<String> keys = new ArrayList<>();
    wanted
        .all()
        .forEach(
            currency -> {
              keys.add(currency + "_profit");
              keys.add(currency + "_ratio");
            });
    return RedisAPI.api(redis)
        .mget(keys)
        .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(this::onFailure)
        .map(values -> reading(wanted, keys, values))
        .recover(failure -> Future.failedFuture(url + ": " + failure.getMessage()));
  }

  /** A connection that owes an answer would keep the next question waiting. */
  private void onFailure(Throwable failure) {
    if (failure instanceof TimeoutException) {
      redis.close();
      redis = Redis.createClient(vertx, options);
    }
  }

  private static PriceReading reading(Wanted wanted, List<String> keys, Response values) {
    PriceReading.Builder reading = new PriceReading.Builder();
    for (int i = 0; i < wanted.all().size(); i++) {
      String currency = wanted.all().get(i);
      String profit = text(values.get(2 * i));
      if (profit != null || wanted.coins().contains(currency)) {
        reading.add(
            currency, keys.get(2 * i), profit, keys.get(2 * i + 1), text(values.get(2 * i + 1)));
      }
    }
    return reading.build();
  }

  private static String text(Response value) {
    return value == null ? null : value.toString();
  }

  @Override
  public Future<Void> close() {
    redis.close();
    return Future.succeededFuture();
  }
}
