package io.powerpool.algorithm;

import java.lang.module.ModuleFinder;
import java.util.Optional;

/**
 * Whether this JVM can hash with the processor's vectors. That takes the JDK's incubating Vector
 * API, which is there only if java was started with {@code --add-modules jdk.incubator.vector}; so
 * the classes that need it are asked for by name, once.
 *
 * <p>{@code -Dpowerpool.vector.bits=0} does without it; 128, 256 and 512 take vectors of that width
 * instead of the machine's widest.
 */
final class VectorModule {

  private static final String NAME = "jdk.incubator.vector";
  private static final String KERNELS = "io.powerpool.algorithm.vector.VectorKernels";
  private static final String BITS = "powerpool.vector.bits";

  private static final VectorModule OURS =
      find(
          ModuleLayer.boot().findModule(NAME).isPresent(),
          ModuleFinder.ofSystem().find(NAME).isPresent(),
          System.getProperty(BITS, ""));

  private final Kernels kernels;
  private final String description;

  private VectorModule(Kernels kernels, String description) {
    this.kernels = kernels;
    this.description = description;
  }

  /** What was found when this process first asked. */
  static VectorModule ours() {
    return OURS;
  }

  /**
   * @param loaded whether the module is there
   * @param shipped whether the JDK has it
   * @param bits the value of the property, "" if it is not set
   */
  static VectorModule find(boolean loaded, boolean shipped, String bits) {
    if (bits.equals("0")) {
      return new VectorModule(null, "vectors are turned off by -D" + BITS + "=0");
    }
    if (!loaded) {
      return new VectorModule(
          null,
          shipped
              ? "java was started without --add-modules " + NAME + ", with which it would be faster"
              : "this JDK has no module " + NAME);
    }
    try {
      Kernels found =
          Class.forName(KERNELS).asSubclass(Kernels.class).getDeclaredConstructor().newInstance();
      return new VectorModule(found, found.toString());
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return new VectorModule(null, "module " + NAME + " cannot be used: " + cause);
    }
  }

  /** Empty if there are none for this JVM. */
  Optional<Kernels> kernels() {
    return Optional.ofNullable(kernels);
  }

  /** What there is, or why there is nothing and what would help. */
  String description() {
    return description;
  }
}
