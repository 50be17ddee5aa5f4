package io.powerpool.coinrpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.bitcoin.Address;
import io.powerpool.bitcoin.AddressFormat;
import io.powerpool.bitcoin.Block;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.MerkleBranch;
import io.powerpool.bitcoin.Transaction;
import io.powerpool.coin.BlockFit;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.Coin;
import io.powerpool.coin.TemplateTransaction;
import io.powerpool.config.Fault;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.work.HeaderAssembler;
import io.powerpool.work.Job;
import io.powerpool.work.JobFactory;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockFitTest {

  /** Legacy, segwit and dependent transactions. */
  private static final String MIXED = "04_txs_legacy_and_depends_mweb_started";

  private final Coin coin = LitecoinBlocksTest.coin();

  @ParameterizedTest
  @ValueSource(strings = {"01_height2_empty", MIXED, "09_mweb_pegin_pegout_and_plain"})
  void aTemplateThatFitsStaysAsItIs(String name) throws IOException {
    BlockTemplate template = read(gbt(name));
    assertThat(BlockFit.fit(template, coin)).isSameAs(template);
    assertThat(BlockFit.excess(template, coin)).isEmpty();
  }

  @Test
  void theLimitItselfIsAllowedAndOneLessIsNot() throws IOException {
    BlockTemplate whole = read(gbt(MIXED));
    Block block = block(whole);
    assertThat(fit(MIXED, "weightlimit", block.weight()).transactions()).hasSize(6);
    assertThat(fit(MIXED, "weightlimit", block.weight() - 1).transactions()).hasSize(5);
    assertThat(fit(MIXED, "sizelimit", block.size()).transactions()).hasSize(6);
    assertThat(fit(MIXED, "sizelimit", block.size() - 1).transactions()).hasSize(5);
    int sigops = whole.transactions().stream().mapToInt(TemplateTransaction::sigops).sum();
    assertThat(fit(MIXED, "sigoplimit", sigops).transactions()).hasSize(6);
    // The last two have none and 3; the payout to a witness program has none either.
    assertThat(fit(MIXED, "sigoplimit", sigops - 1).transactions()).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({"5600, 5", "4000, 4", "2600, 2", "1500, 0"})
  void whatIsLeftIsAWholeBlock(int limit, int left) throws IOException {
    BlockTemplate whole = read(gbt(MIXED));
    BlockTemplate fitting = fit(MIXED, "weightlimit", limit);
    assertThat(fitting.transactions())
        .extracting(TemplateTransaction::id)
        .isEqualTo(whole.transactions().stream().limit(left).map(TemplateTransaction::id).toList());
    long fees = whole.transactions().stream().skip(left).mapToLong(TemplateTransaction::fee).sum();
    assertThat(fitting.coinbaseValue()).isEqualTo(whole.coinbaseValue() - fees);

    Block block = block(fitting);
    assertThat(block.weight()).isLessThanOrEqualTo(limit);
    List<Transaction> transactions = block.transactions();
    assertThat(transactions).hasSize(1 + left);
    Transaction coinbase = transactions.get(0);
    assertThat(coinbase.outputs().stream().mapToLong(Transaction.Output::value).sum())
        .isEqualTo(fitting.coinbaseValue());
    Hash256 root =
        MerkleBranch.of(transactions.stream().skip(1).map(Transaction::txid).toList())
            .root(coinbase.txid());
    assertThat(block.header().merkleRoot()).isEqualTo(root);
    if (left == 0) {
      // What BIP 141 comes to for a block without any other transaction.
      assertThat(coinbase.outputs().get(1).script())
          .asHexString()
          .isEqualToIgnoringCase(
              "6a24aa21a9ede2f61c3f71d1defd3fa999dfa36953755c690689799962b48bebd836974e8cf9");
    }
  }

  @Test
  void withoutSegwitEverySigopCountsOnceAndNoCommitmentIsMade() throws IOException {
    JsonObject gbt = gbt(MIXED);
    gbt.remove("default_witness_commitment");
    gbt.remove("weightlimit");
    gbt.getJsonArray("transactions")
        .forEach(
            each -> {
              JsonObject transaction = (JsonObject) each;
              transaction.put("hash", transaction.remove("txid"));
              transaction.remove("weight");
            });
    BlockTemplate whole = read(gbt);
    BlockTemplate fitting = BlockFit.fit(read(gbt.put("sizelimit", 1000)), coin);
    assertThat(fitting.transactions()).isNotEmpty().hasSizeLessThan(6);
    assertThat(fitting.witnessCommitment()).isNull();
    assertThat(block(fitting).size()).isLessThanOrEqualTo(1000);
    assertThat(BlockFit.excess(whole, coin)).isEmpty();
  }

  @Test
  void whatCannotBeLeftOutStaysAndIsTold() throws IOException {
    BlockTemplate withExtension = read(withLimit("09_mweb_pegin_pegout_and_plain"));
    assertUncut(withExtension);
    assertUncut(read(withLimit(MIXED).put("coinbase_payload", "0200")));
    JsonObject parentLast = withLimit(MIXED);
    parentLast.getJsonArray("transactions").getJsonObject(0).getJsonArray("depends").add(6);
    assertUncut(read(parentLast));
    JsonObject withoutFees = withLimit(MIXED);
    withoutFees.getJsonArray("transactions").forEach(each -> ((JsonObject) each).remove("fee"));
    assertUncut(read(withoutFees));
    JsonObject otherCommitment = withLimit(MIXED);
    otherCommitment.put("default_witness_commitment", "6a24aa21a9ed" + "00".repeat(32));
    assertUncut(read(otherCommitment));
    assertUncut(read(gbt(MIXED).put("weightlimit", 500)));
  }

  @Test
  void aCoinbaseThatNoServerKeepsRoomForIsRefusedAtTheStart() {
    assertThat(payoutFaults(41)).isEmpty();
    assertThat(payoutFaults(42))
        .singleElement()
        .satisfies(
            fault -> {
              assertThat(fault.path()).isEqualTo("payout");
              assertThat(fault.toString())
                  .contains("42 addresses", "weight units where 8000 are allowed");
            });
  }

  private static List<Fault> payoutFaults(int count) {
    AddressFormat format = new AddressFormat(List.of(), List.of(), "rltc", "");
    List<Map<String, ?>> payout = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] program = ByteBuffer.allocate(32).putInt(i).array();
      payout.add(Map.of("address", Address.payToWitness(0, program, format)));
    }
    Faults faults = new Faults();
    Coin.from(
        "LTC",
        Section.root(
            Map.of(
                "family", "litecoin",
                "algorithm", "scrypt",
                "network", "regtest",
                "networks", Map.of("regtest", Map.of("bech32", "rltc")),
                "payout", payout),
            faults));
    return faults.found();
  }

  private void assertUncut(BlockTemplate template) {
    assertThat(BlockFit.fit(template, coin)).isSameAs(template);
    assertThat(BlockFit.excess(template, coin)).contains("weight units where");
  }

  private BlockTemplate fit(String name, String limit, int value) throws IOException {
    BlockTemplate fitting = BlockFit.fit(read(gbt(name).put(limit, value)), coin);
    assertThat(BlockFit.excess(fitting, coin)).isEmpty();
    return fitting;
  }

  /** The block as it is handed in, of a job with the longest coinbase. */
  private Block block(BlockTemplate template) {
    Job job = new JobFactory(coin, 1).create(template, true, 0);
    HeaderAssembler assembler = new HeaderAssembler();
    byte[] extranonce1 = new byte[coin.extranonce1Size()];
    byte[] header = assembler.assemble(job, extranonce1, 1, job.time(), 0, job.version()).clone();
    byte[] coinbase = assembler.coinbase(job, extranonce1, 1);
    return Block.decode(coin.family().block(template, header, coinbase));
  }

  private static JsonObject withLimit(String name) throws IOException {
    return gbt(name).put("weightlimit", 4000);
  }

  private static JsonObject gbt(String name) throws IOException {
    return LitecoinBlocksTest.fixture(name).getJsonObject("gbt");
  }

  private BlockTemplate read(JsonObject gbt) {
    return TemplateReader.read(gbt, coin.templatePayments());
  }
}
