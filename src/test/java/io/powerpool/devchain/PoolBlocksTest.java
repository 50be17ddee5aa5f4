package io.powerpool.devchain;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.algorithm.Algorithms;
import io.powerpool.algorithm.Hasher;
import io.powerpool.bitcoin.Address;
import io.powerpool.bitcoin.AddressFormat;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Sha256;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.Coin;
import io.powerpool.coinrpc.CoinServerOptions;
import io.powerpool.coinrpc.HttpCoinRpc;
import io.powerpool.coinrpc.TemplateRequest;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.work.HeaderAssembler;
import io.powerpool.work.Job;
import io.powerpool.work.JobFactory;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks that the pool's own code makes of templates, judged by rules that share none of it. */
class PoolBlocksTest {

  private static final byte[] EXTRANONCE1 = {1, 2, 3, 4};

  private final HttpClient http = HttpClient.newHttpClient();
  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private DevChainServer server;

  @AfterEach
  void closeVertx() throws Exception {
    await(vertx.close());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256d", "scrypt"})
  void areAccepted(String algorithm) throws Exception {
    DevChain chain =
        new DevChain(
            DevChainOptions.regtest().withAlgorithm(Algorithms.byName(algorithm)),
            System.currentTimeMillis() - 60_000);
    server =
        new DevChainServer(
            DevChainServerOptions.local(0, "user", "secret"),
            chain,
            InstantSource.system(),
            hash -> {});
    await(vertx.deployVerticle(server));
    Coin coin = coin(algorithm);
    HttpCoinRpc rpc = new HttpCoinRpc(vertx, serverOptions());
    JobFactory jobs = new JobFactory(coin, 1);
    HeaderAssembler assembler = new HeaderAssembler();
    // Past height 17, where the height's push changes its form; every shape of a merkle tree.
    for (int count = 0; count < 35; count++) {
      invent(count);
      BlockTemplate template = onLoop(() -> rpc.blockTemplate(TemplateRequest.of(coin)));
      assertThat(template.transactions()).hasSize(count);
      Job job = jobs.create(template, true, 0);

      byte[] header = solve(assembler, job, coin, count);
      byte[] coinbase = assembler.coinbase(job, EXTRANONCE1, count);
      byte[] block = coin.family().block(template, header, coinbase);

      TemplateRequest request = TemplateRequest.of(coin);
      assertThat(onLoop(() -> rpc.propose(request, Hex.encode(block)))).as("%d", count).isEmpty();
      byte[] damaged = block.clone();
      damaged[40]++;
      assertThat(onLoop(() -> rpc.propose(request, Hex.encode(damaged))))
          .contains("bad-txnmrklroot");
      assertThat(onLoop(() -> rpc.submitBlock(Hex.encode(block)))).as("block %d", count).isEmpty();
      Hash256 id = Hash256.of(Sha256.twice(header));
      assertThat(onLoop(rpc::bestBlockHash)).isEqualTo(id);
      assertThat(onLoop(() -> rpc.blockPosition(id)).confirmations()).isEqualTo(1);
      assertThat(onLoop(() -> rpc.submitBlock(Hex.encode(block)))).contains("duplicate");
    }
    assertThat(onLoop(rpc::blockCount)).isEqualTo(35);
    await(rpc.close());
  }

  private static byte[] solve(HeaderAssembler assembler, Job job, Coin coin, int extranonce2) {
    byte[] hash = new byte[32];
    Hasher hasher = coin.algorithm().newHasher();
    for (int nonce = 0; ; nonce++) {
      byte[] header =
          assembler.assemble(
              job, EXTRANONCE1, extranonce2, job.time(), nonce, job.version() | 0x2000);
      hasher.hash(header, 0, hash, 0);
      if (job.networkTarget().isMetBy(hash, 0)) {
        return header.clone();
      }
    }
  }

  private void invent(int count) throws Exception {
    JsonObject call =
        new JsonObject()
            .put("method", "devchain_addtransactions")
            .put("params", JsonArray.of(count));
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port()))
                // user:secret
                .header("Authorization", "Basic dXNlcjpzZWNyZXQ=")
                .POST(HttpRequest.BodyPublishers.ofString(call.encode()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
  }

  private CoinServerOptions serverOptions() {
    Faults faults = new Faults();
    CoinServerOptions options =
        CoinServerOptions.from(
            Section.root(
                Map.of("port", server.port(), "username", "user", "password", "secret"), faults));
    faults.throwIfAny();
    return options;
  }

  private static Coin coin(String algorithm) {
    Faults faults = new Faults();
    Coin coin =
        Coin.from(
                "DEV",
                Section.root(
                    Map.of(
                        "family",
                        "bitcoin",
                        "algorithm",
                        algorithm,
                        "rules",
                        List.of("segwit"),
                        "network",
                        "regtest",
                        "networks",
                        Map.of("regtest", Map.of("bech32", "bcrt")),
                        "pool_address",
                        Address.payToWitness(0, new byte[20], AddressFormat.BITCOIN_REGTEST)),
                    faults))
            .orElseThrow(() -> new AssertionError(faults.found().toString()));
    faults.throwIfAny();
    return coin;
  }

  /** The pool calls coin servers from event loops only. */
  private <T> T onLoop(Supplier<Future<T>> call) throws Exception {
    Promise<T> answer = Promise.promise();
    loop.runOnContext(now -> call.get().onComplete(answer));
    return await(answer.future());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
