package dev.tfliteonnx;

import dev.tfliteonnx.engines.SeededInputs;
import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** What corpus models are fed: real images where they take images, since noise detects nothing, else seeded noise. */
final class CorpusInputs {
    private static final List<String> IMAGES = List.of("cats_and_dogs.jpg", "grace_hopper.jpg");

    private final Path folder;

    /** Images lie in the folder {@code inputs} beside that of the models. */
    CorpusInputs(Path models) {
        this.folder = models.resolveSibling("inputs");
    }

    /** Inputs for one run; the first runs take images. */
    List<Tensor> make(List<TensorSpec> specs, int run) {
        List<Tensor> noise = SeededInputs.of(1000 + run).make(specs, Map.of());
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            TensorSpec spec = specs.get(i);
            inputs.add(isCount(spec) ? one(spec) : takesImage(spec, run) ? image(spec, IMAGES.get(run)) : noise.get(i));
        }
        return inputs;
    }

    /** A single whole number counts or indexes something; TFLite hangs or crashes on a random one. */
    private static boolean isCount(TensorSpec spec) {
        boolean whole = spec.type() == DataType.INT32 || spec.type() == DataType.INT64;
        return whole && spec.shape().isStatic() && spec.shape().elementCount() == 1;
    }

    private static Tensor one(TensorSpec spec) {
        return Tensor.ofIntegers(spec.type(), spec.shape(), 1);
    }

    private boolean takesImage(TensorSpec spec, int run) {
        Shape s = spec.shape();
        DataType t = spec.type();
        return run < IMAGES.size()
                && s.hasRank(4)
                && s.isStatic()
                && s.size(0) == 1
                && s.size(3) == 3
                && s.size(1) >= 16
                && (t == DataType.FLOAT32 || t == DataType.UINT8 || t == DataType.INT8)
                && Files.exists(folder.resolve(IMAGES.get(run)));
    }

    private Tensor image(TensorSpec spec, String name) {
        int height = (int) spec.shape().size(1);
        int width = (int) spec.shape().size(2);
        BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        try {
            Graphics2D g = scaled.createGraphics();
            g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            g.drawImage(ImageIO.read(folder.resolve(name).toFile()), 0, 0, width, height, null);
            g.dispose();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int[] pixels = scaled.getRGB(0, 0, width, height, null, 0, width);
        float[] real = new float[pixels.length * 3];
        long[] whole = new long[real.length];
        for (int i = 0; i < real.length; i++) {
            int level = pixels[i / 3] >> (16 - 8 * (i % 3)) & 0xff;
            real[i] = level / 127.5f - 1;
            whole[i] = spec.type() == DataType.INT8 ? level - 128 : level;
        }
        return spec.type() == DataType.FLOAT32
                ? Tensor.ofFloats(spec.shape(), real)
                : Tensor.ofIntegers(spec.type(), spec.shape(), whole);
    }
}
