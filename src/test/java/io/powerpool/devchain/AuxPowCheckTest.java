package io.powerpool.devchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.powerpool.algorithm.Algorithms;
import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.ByteSource;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Transaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules for merged-mined blocks hold for real ones, and each of them is really checked. */
class AuxPowCheckTest {

  private static final Path FIXTURES = Path.of("../shared/fixtures/third-party/auxpow");

  private static AuxPowCheck dogecoin() {
    return check("scrypt", AuxRules.DOGECOIN);
  }

  private static AuxPowCheck namecoin() {
    return check("sha256d", AuxRules.NAMECOIN);
  }

  private static AuxPowCheck check(String algorithm, AuxRules rules) {
    return new AuxPowCheck(rules, Algorithms.byName(algorithm).newHasher());
  }

  @ParameterizedTest
  @CsvSource({
    "dogecoin_block371337.bin,60323982f9c5ff1b5a954eac9dc1269352835f47c2c5222691d80f0d50dcf053",
    "dogecoin_block748634.bin,bd98a06391115285265c04984e8505229739f6ffa5d498929a91fbe7c281ea7b",
    "dogecoin_block894863.bin,93a207e6d227f4d60ee64fad584b47255f654b0b6378d78e774123dd66f4fef9",
    "namecoin_header_19414.hex,5fb89c3b18c27bc38d351d516177cbd3504c95ca0494cbbbbd52f2fb5f2ff1ec",
    "namecoin_header_37174.hex,65ef89dc3da0c0df9b3d5309f89dd2eaceb81227605ead903d8ef6619d328b39",
    "header_zero_output_auxpow.hex,5ca6bad276325045620eb532b4008bd4220d8d6a8384ac9b1b655fcf85649acb"
  })
  void realBlocksPass(String file, String hash) throws Exception {
    ByteSource source = new ByteSource(read(file));
    BlockHeader header = BlockHeader.read(source.bytes(BlockHeader.SIZE), 0);
    AuxPowProof proof = AuxPowProof.read(source);
    assertThat(header.id()).isEqualTo(Hash256.ofDisplayHex(hash));
    (file.startsWith("doge") ? dogecoin() : namecoin()).checkBlock(header, proof);
    if (source.remaining() > 0) {
      List<Hash256> ids = new ArrayList<>();
      for (int left = source.varInt(); left > 0; left--) {
        ids.add(Transaction.read(source).txid());
      }
      assertThat(MerkleTree.of(ids).root()).isEqualTo(header.merkleRoot());
    }
    assertThat(source.remaining()).isZero();
  }

  @Test
  void realProofsWithoutTheirBlocksPass() throws Exception {
    dogecoin()
        .checkProof(
            Hash256.ofDisplayHex(
                "0c836b86991631d34a8a68054e2f62db919b39d1ee43c27ab3344d6aa82fa609"),
            CompactBits.ofHex("1b06f8f0"),
            98,
            AuxPowProof.read(new ByteSource(read("auxpow_header.bin"))));
    namecoin()
        .checkProof(
            Hash256.ofDisplayHex(
                "5fb89c3b18c27bc38d351d516177cbd3504c95ca0494cbbbbd52f2fb5f2ff1ec"),
            CompactBits.ofHex("1b00b269"),
            1,
            AuxPowProof.read(new ByteSource(read("auxpow_header_no_tx_header.bin"))));
  }

  /** All but the hash of the parent, which no node looks at. */
  @ParameterizedTest
  @CsvSource({"dogecoin_block748634.bin", "namecoin_header_37174.hex"})
  void everyChangedByteOfARealBlockIsNoticed(String file) throws Exception {
    byte[] bytes = read(file);
    ByteSource source = new ByteSource(bytes);
    source.bytes(BlockHeader.SIZE);
    Transaction.read(source);
    int unchecked = bytes.length - source.remaining();
    ByteSource whole = new ByteSource(bytes);
    whole.bytes(BlockHeader.SIZE);
    AuxPowProof.read(whole);
    int end = bytes.length - whole.remaining();
    AuxPowCheck check = file.startsWith("doge") ? dogecoin() : namecoin();
    for (int at = 0; at < end; at++) {
      byte[] changed = bytes.clone();
      changed[at] ^= 1;
      if (at >= unchecked && at < unchecked + Hash256.SIZE) {
        assertThatCode(() -> checkBlock(check, changed)).doesNotThrowAnyException();
      } else {
        assertThatThrownBy(() -> checkBlock(check, changed))
            .as("byte %d", at)
            .isInstanceOfAny(BrokenRule.class, IllegalArgumentException.class);
      }
    }
  }

  private static void checkBlock(AuxPowCheck check, byte[] bytes) throws BrokenRule {
    ByteSource source = new ByteSource(bytes);
    BlockHeader header = BlockHeader.read(source.bytes(BlockHeader.SIZE), 0);
    check.checkBlock(header, AuxPowProof.read(source));
  }

  @Test
  void aGoodDraftPasses() throws Exception {
    checkDraft(new ProofDraft());
    ProofDraft bare = new ProofDraft();
    bare.before = "00".repeat(20);
    checkDraft(bare);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("breaches")
  void eachRuleIsChecked(String rule, Consumer<ProofDraft> change) {
    ProofDraft draft = new ProofDraft();
    change.accept(draft);
    assertThatThrownBy(() -> checkDraft(draft)).isInstanceOf(BrokenRule.class).hasMessage(rule);
  }

  static Stream<Arguments> breaches() {
    return Stream.of(
        breach("AuxPow is not a generate", draft -> draft.index = 1),
        breach(
            "Aux POW parent has our chain ID",
            draft -> draft.parentVersion = ProofDraft.CHAIN << 16 | 2),
        breach("Aux POW parent has auxpow version", draft -> draft.parentVersion = 0x20000102),
        breach("Aux POW chain merkle branch too long", draft -> draft.chainHeight = 31),
        breach("Aux POW merkle root incorrect", draft -> draft.branchChanged = true),
        breach("Aux POW coinbase has no inputs", draft -> draft.inputs = false),
        breach(
            "Aux POW missing chain merkle root in parent coinbase",
            draft -> draft.rootChanged = true),
        breach(
            "Multiple merged mining headers in coinbase",
            draft -> draft.before = "fabe6d6d" + draft.before),
        breach(
            "Multiple merged mining headers in coinbase",
            draft -> draft.after = "fabe6d6d" + draft.after),
        breach(
            "Merged mining header is not just before chain merkle root",
            draft -> draft.before += "00"),
        breach(
            "Aux POW chain merkle root must start in the first 20 bytes of the parent coinbase",
            draft -> draft.before = "00".repeat(21)),
        breach(
            "Aux POW missing chain merkle tree size and nonce in parent coinbase",
            draft -> draft.cut = 5),
        breach(
            "Aux POW merkle branch size does not match parent coinbase", draft -> draft.size = 16),
        breach("Aux POW wrong index", draft -> draft.nonce = 8),
        breach("Aux POW wrong index", draft -> draft.chainIndex ^= 1),
        breach("AUX proof of work failed", draft -> draft.solved = false));
  }

  private static Arguments breach(String rule, Consumer<ProofDraft> change) {
    return arguments(rule, change);
  }

  private static void checkDraft(ProofDraft draft) throws BrokenRule {
    check("sha256d", new AuxRules(ProofDraft.CHAIN, true, true))
        .checkProof(ProofDraft.HASH, ProofDraft.BITS, ProofDraft.CHAIN, draft.proof());
  }

  @ParameterizedTest
  @CsvSource({
    "00630102, block does not have our chain ID",
    "00620002, auxpow on block with non-auxpow version"
  })
  void theVersionOfABlockWithProofTellsOfIt(String version, String rule) {
    AuxPowCheck check = check("sha256d", new AuxRules(98, true, false));
    BlockHeader header = header(Integer.parseInt(version, 16));
    assertThatThrownBy(() -> check.checkBlock(header, new ProofDraft().proof())).hasMessage(rule);
  }

  @Test
  void aBlockWithoutProofTellsOfNone() throws Exception {
    AuxPowCheck check = check("sha256d", new AuxRules(98, true, false));
    check.checkAlone(header(0x620002));
    assertThatThrownBy(() -> check.checkAlone(header(0x620102)))
        .hasMessage("no auxpow on block with auxpow version");
    assertThatThrownBy(() -> check.checkAlone(header(0x20000000)))
        .hasMessage("block does not have our chain ID");
  }

  /** Places in real trees. */
  @ParameterizedTest
  @CsvSource({"98,0,3,0", "98,67108864,6,56", "98,-1617911824,6,40", "1,0,4,11"})
  void aChainHasItsPlace(int chain, int nonce, int height, int slot) {
    assertThat(AuxPowCheck.expectedIndex(nonce, chain, height)).isEqualTo(slot);
  }

  private static BlockHeader header(int version) {
    return new BlockHeader(version, Hash256.ZERO, Hash256.ZERO, 0, DevChainOptions.EASIEST_BITS, 0);
  }

  private static byte[] read(String file) throws IOException {
    assumeTrue(Files.isDirectory(FIXTURES), () -> "no fixtures in " + FIXTURES);
    byte[] content = Files.readAllBytes(FIXTURES.resolve(file));
    return file.endsWith(".hex")
        ? Hex.decode(new String(content, StandardCharsets.US_ASCII).strip())
        : content;
  }
}
