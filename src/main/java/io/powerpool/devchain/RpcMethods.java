package io.powerpool.devchain;

import io.powerpool.bitcoin.Address;
import io.powerpool.bitcoin.Block;
import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.ByteSource;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Script;
import io.powerpool.bitcoin.Transaction;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The methods that can be answered at once, and how answers look. Shapes and texts are those of
 * Bitcoin Core 0.21, as Litecoin's node gives them too.
 */
final class RpcMethods {

  private static final int NODE_VERSION = 210_000;
  private static final String WARNING = "This is a development chain: its coins are worth nothing";

  private final DevChain chain;
  private final AuxMethods aux;
  private final long startMillis;

  RpcMethods(DevChain chain, long startMillis) {
    this.chain = chain;
    this.aux = new AuxMethods(chain);
    this.startMillis = startMillis;
  }

  Object call(String method, RpcParams params, long epochMillis) throws RpcException {
    return switch (method) {
      case "submitblock" -> submitBlock(params, epochMillis);
      case "getblockchaininfo" -> blockchainInfo();
      case "getbestblockhash" -> chain.tipHash().toString();
      case "getblockcount" -> chain.height();
      case "getblockhash" -> blockHash(params);
      case "getblockheader" -> blockHeader(params);
      case "getblock" -> block(params);
      case "getdifficulty" -> difficulty(chain.tip().header().bits());
      case "getconnectioncount" -> 0;
      case "getmininginfo" -> miningInfo();
      case "getnetworkinfo" -> networkInfo();
      case "getrawmempool" -> rawMempool();
      case "sendrawtransaction" -> sendRawTransaction(params);
      case "validateaddress" -> validateAddress(params);
      case "uptime" -> (epochMillis - startMillis) / 1_000;
      case "createauxblock", "submitauxblock", "getauxblock" ->
          aux.call(method, params, epochMillis);
      case "devchain_addtransactions" -> chain.addTraffic(params.integer(0, "count", 0, 100_000));
      default -> throw new RpcException(RpcException.METHOD_NOT_FOUND, "Method not found");
    };
  }

  /** Whether a proposal is to be judged; otherwise a template is wanted. */
  boolean isProposal(JsonObject request) throws RpcException {
    Object mode = request.getValue("mode");
    if (mode == null || mode.equals("template")) {
      return false;
    }
    if (mode.equals("proposal")) {
      return true;
    }
    throw new RpcException(RpcException.INVALID_PARAMETER, "Invalid mode");
  }

  Object propose(JsonObject request, long epochMillis) throws RpcException {
    if (!(request.getValue("data") instanceof String data)) {
      throw new RpcException(RpcException.TYPE_ERROR, "Missing data String key for proposal");
    }
    return decoding(() -> chain.propose(Hex.decode(data), epochMillis).orElse(null));
  }

  /** A template that the request's rules allow. */
  JsonObject template(JsonObject request, long epochMillis) throws RpcException {
    checkRules(request);
    ChainTemplate template = chain.template(epochMillis);
    return new JsonObject()
        .put("capabilities", new JsonArray().add("proposal"))
        .put("version", template.version())
        .put("rules", new JsonArray().add("csv").add("!segwit").add("taproot"))
        .put("vbavailable", new JsonObject())
        .put("vbrequired", 0)
        .put("previousblockhash", template.previous().toString())
        .put("transactions", transactions(template.entries()))
        .put("coinbaseaux", new JsonObject())
        .put("coinbasevalue", template.coinbaseValue())
        .put("longpollid", template.longPollId())
        .put("target", template.bits().toTarget().toString())
        .put("mintime", template.minimumTime())
        .put("mutable", new JsonArray().add("time").add("transactions").add("prevblock"))
        .put("noncerange", "00000000ffffffff")
        .put("sigoplimit", BlockRules.MAX_SIGOPS_COST)
        .put("sizelimit", BlockRules.MAX_WEIGHT)
        .put("weightlimit", BlockRules.MAX_WEIGHT)
        .put("curtime", template.currentTime())
        .put("bits", template.bits().toString())
        .put("height", template.height())
        .put("default_witness_commitment", Hex.encode(template.witnessCommitment()));
  }

  void checkRules(JsonObject request) throws RpcException {
    if (!(request.getValue("rules") instanceof JsonArray rules) || !rules.contains("segwit")) {
      throw new RpcException(
          RpcException.INVALID_PARAMETER,
          "getblocktemplate must be called with the segwit rule set"
              + " (call with {\"rules\": [\"segwit\"]})");
    }
  }

  private static JsonArray transactions(List<Mempool.Entry> entries) {
    Map<Hash256, Integer> positions = new HashMap<>();
    JsonArray transactions = new JsonArray();
    for (Mempool.Entry entry : entries) {
      Transaction transaction = entry.transaction();
      JsonArray depends = new JsonArray();
      entry.parents().forEach(parent -> depends.add(positions.get(parent)));
      transactions.add(
          new JsonObject()
              .put("data", Hex.encode(transaction.bytes()))
              .put("txid", transaction.txid().toString())
              .put("hash", transaction.wtxid().toString())
              .put("depends", depends)
              .put("fee", entry.fee())
              .put("sigops", entry.sigopsCost())
              .put("weight", transaction.weight()));
      positions.put(transaction.txid(), transactions.size());
    }
    return transactions;
  }

  private Object submitBlock(RpcParams params, long epochMillis) throws RpcException {
    String hex = params.string(0, "hexdata");
    return decoding(() -> chain.submit(Hex.decode(hex), epochMillis).orElse(null));
  }

  private interface Decoding {
    Object run();
  }

  private static Object decoding(Decoding decoding) throws RpcException {
    try {
      return decoding.run();
    } catch (IllegalArgumentException e) {
      throw new RpcException(RpcException.DESERIALIZATION_ERROR, "Block decode failed");
    }
  }

  private JsonObject blockchainInfo() {
    BlockEntry tip = chain.tip();
    return new JsonObject()
        .put("chain", "regtest")
        .put("blocks", tip.height())
        .put("headers", tip.height())
        .put("bestblockhash", tip.hash().toString())
        .put("difficulty", difficulty(tip.header().bits()))
        .put("mediantime", tip.medianTime())
        .put("verificationprogress", 1)
        .put("initialblockdownload", false)
        .put("chainwork", chainWork(tip))
        .put("size_on_disk", 0)
        .put("pruned", false)
        .put("softforks", new JsonObject())
        .put("warnings", WARNING);
  }

  private String blockHash(RpcParams params) throws RpcException {
    BlockEntry entry = chain.at(params.integer(0, "height", Integer.MIN_VALUE, Integer.MAX_VALUE));
    if (entry == null) {
      throw new RpcException(RpcException.INVALID_PARAMETER, "Block height out of range");
    }
    return entry.hash().toString();
  }

  private Object blockHeader(RpcParams params) throws RpcException {
    BlockEntry entry = find(params);
    return params.verbosity(1, 1) == 0 ? Hex.encode(entry.header().toBytes()) : headerJson(entry);
  }

  private Object block(RpcParams params) throws RpcException {
    BlockEntry entry = find(params);
    if (entry.block == null) {
      throw new RpcException(RpcException.MISC_ERROR, "Block not available (pruned data)");
    }
    if (params.verbosity(1, 1) == 0) {
      return Hex.encode(entry.block.toBytes());
    }
    Block block = entry.block;
    JsonArray txids = new JsonArray();
    block.transactions().forEach(transaction -> txids.add(transaction.txid().toString()));
    return headerJson(entry)
        .put("strippedsize", block.strippedSize())
        .put("size", block.size())
        .put("weight", block.weight())
        .put("tx", txids);
  }

  private BlockEntry find(RpcParams params) throws RpcException {
    BlockEntry entry = chain.find(params.hash(0, "blockhash"));
    if (entry == null) {
      throw new RpcException(RpcException.INVALID_ADDRESS_OR_KEY, "Block not found");
    }
    return entry;
  }

  private JsonObject headerJson(BlockEntry entry) {
    BlockHeader header = entry.header();
    boolean active = chain.isActive(entry);
    JsonObject json =
        new JsonObject()
            .put("hash", entry.hash().toString())
            .put("confirmations", active ? chain.height() - entry.height() + 1 : -1)
            .put("height", entry.height())
            .put("version", header.version())
            .put("versionHex", Hex.ofInt(header.version()))
            .put("merkleroot", header.merkleRoot().toString())
            .put("time", entry.time())
            .put("mediantime", entry.medianTime())
            .put("nonce", Integer.toUnsignedLong(header.nonce()))
            .put("bits", header.bits().toString())
            .put("difficulty", difficulty(header.bits()))
            .put("chainwork", chainWork(entry))
            .put("nTx", entry.transactionCount);
    if (entry.parent() != null) {
      json.put("previousblockhash", entry.parent().hash().toString());
    }
    if (active && chain.at(entry.height() + 1) != null) {
      json.put("nextblockhash", chain.at(entry.height() + 1).hash().toString());
    }
    return json;
  }

  private JsonObject miningInfo() {
    return new JsonObject()
        .put("blocks", chain.height())
        .put("difficulty", difficulty(chain.tip().header().bits()))
        .put("networkhashps", networkHashesPerSecond())
        .put("pooledtx", chain.waiting())
        .put("chain", "regtest")
        .put("warnings", WARNING);
  }

  private JsonObject networkInfo() {
    return new JsonObject()
        .put("version", NODE_VERSION)
        .put("subversion", "/PowerPool devchain/")
        .put("protocolversion", 70_016)
        .put("localservices", "0000000000000009")
        .put("localrelay", true)
        .put("timeoffset", 0)
        .put("networkactive", false)
        .put("connections", 0)
        .put("networks", new JsonArray())
        .put("relayfee", 0.00001)
        .put("incrementalfee", 0.00001)
        .put("localaddresses", new JsonArray())
        .put("warnings", WARNING);
  }

  private JsonArray rawMempool() {
    JsonArray txids = new JsonArray();
    chain.mempool().entries().forEach(entry -> txids.add(entry.transaction().txid().toString()));
    return txids;
  }

  private String sendRawTransaction(RpcParams params) throws RpcException {
    Transaction transaction;
    try {
      ByteSource source = new ByteSource(Hex.decode(params.string(0, "hexstring")));
      transaction = Transaction.read(source);
      if (source.remaining() > 0) {
        throw new IllegalArgumentException("bytes behind the transaction");
      }
    } catch (IllegalArgumentException e) {
      throw new RpcException(RpcException.DESERIALIZATION_ERROR, "TX decode failed");
    }
    try {
      chain.add(transaction);
      return transaction.txid().toString();
    } catch (BrokenRule e) {
      throw new RpcException(
          e.reason().equals("missing-inputs")
              ? RpcException.VERIFY_ERROR
              : RpcException.VERIFY_REJECTED,
          e.reason());
    }
  }

  private JsonObject validateAddress(RpcParams params) throws RpcException {
    String address = params.string(0, "address");
    byte[] script;
    try {
      script = Address.script(address, chain.options().addressFormat());
    } catch (IllegalArgumentException e) {
      return new JsonObject().put("isvalid", false).put("error", e.getMessage());
    }
    // Only a witness program is one push behind one small number.
    boolean witness = script.length == (script[1] & 0xff) + 2;
    JsonObject json =
        new JsonObject()
            .put("isvalid", true)
            .put("address", address)
            .put("scriptPubKey", Hex.encode(script))
            .put("isscript", (script[0] & 0xff) == 0xa9 || Script.isWitness(script, 0, 32))
            .put("iswitness", witness);
    if (witness) {
      json.put("witness_version", script[0] == 0 ? 0 : script[0] - 0x50)
          .put("witness_program", Hex.encode(script, 2, script.length - 2));
    }
    return json;
  }

  /** Work of the last blocks by the time that they took, as {@code getnetworkhashps} counts. */
  private double networkHashesPerSecond() {
    BlockEntry tip = chain.tip();
    BlockEntry before = chain.at(Math.max(0, tip.height() - 120));
    long seconds = tip.time() - before.time();
    return seconds <= 0 ? 0 : tip.chainWork().subtract(before.chainWork()).doubleValue() / seconds;
  }

  /** Difficulty as Bitcoin counts it: how much smaller the target is than that of 1d00ffff. */
  private static double difficulty(CompactBits bits) {
    int exponent = bits.value() >>> 24;
    double difficulty = (double) 0xffff / (bits.value() & 0xffffff);
    return difficulty * Math.pow(256, 0x1d - exponent);
  }

  private static String chainWork(BlockEntry entry) {
    return String.format("%064x", entry.chainWork());
  }
}
