package io.powerpool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * HotSpot never compiles a method of more than 8,000 bytes of bytecode (its HugeMethodLimit): an
 * unrolled hash function beyond that runs interpreted, fifty times slower, and nothing says so.
 */
class MethodSizeTest {

  private static final int HUGE_METHOD_LIMIT = 8_000;

  @Test
  void noMethodIsTooBigToBeCompiled() throws Exception {
    Path classes =
        Path.of(MethodSizeTest.class.getResource("/io/powerpool/app/Main.class").toURI())
            .getParent()
            .getParent();
    List<Method> methods = new ArrayList<>();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        methods.addAll(methods(file));
      }
    }

    // The reader is right: it finds the one big method we know, which is well over 1,000.
    assertThat(methods)
        .anyMatch(method -> method.name().contains("blockMix") && method.size() > 1_000);
    assertThat(methods).noneMatch(method -> method.size() > HUGE_METHOD_LIMIT);
  }

  private record Method(String name, int size) {}

  /** Reads a class file as far as needed: Java Virtual Machine Specification, chapter 4. */
  private static List<Method> methods(Path file) throws IOException {
    List<Method> methods = new ArrayList<>();
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(file)));
    in.skipNBytes(8); // magic, version
    String[] texts = readTexts(in);
    in.skipNBytes(6); // access, this class, super class
    in.skipNBytes(2L * in.readUnsignedShort()); // interfaces
    for (int fields = in.readUnsignedShort(); fields > 0; fields--) {
      in.skipNBytes(6); // access, name, descriptor
      for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
        in.skipNBytes(2);
        in.skipNBytes(in.readInt());
      }
    }
    for (int count = in.readUnsignedShort(); count > 0; count--) {
      in.skipNBytes(2); // access
      String name = file.getFileName() + ": " + texts[in.readUnsignedShort()];
      in.skipNBytes(2); // descriptor
      for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
        String attribute = texts[in.readUnsignedShort()];
        int length = in.readInt();
        if (attribute.equals("Code")) {
          in.skipNBytes(4); // stack, locals
          methods.add(new Method(name, in.readInt()));
          length -= 8;
        }
        in.skipNBytes(length);
      }
    }
    return methods;
  }

  /** The constant pool, of which only the texts matter here. */
  private static String[] readTexts(DataInputStream in) throws IOException {
    String[] texts = new String[in.readUnsignedShort()];
    for (int i = 1; i < texts.length; i++) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case 1 -> texts[i] = in.readUTF();
        case 7, 8, 16, 19, 20 -> in.skipNBytes(2);
        case 15 -> in.skipNBytes(3);
        case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
        case 5, 6 -> { // a long or a double takes two places
          in.skipNBytes(8);
          i++;
        }
        default -> throw new IOException("constant pool tag " + tag);
      }
    }
    return texts;
  }
}
