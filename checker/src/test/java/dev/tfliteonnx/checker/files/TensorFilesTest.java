package dev.tfliteonnx.checker.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.checker.files.TensorFiles.Normalization;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorFilesTest {
    @TempDir
    Path folder;

    @Test
    void aPictureBecomesLevelsAndNormalizedNumbers() throws IOException, ConversionException {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0xff8000);
        image.setRGB(1, 0, 0x0000ff);
        Path file = folder.resolve("two.png");
        assertTrue(ImageIO.write(image, "png", file.toFile()));
        assertArrayEquals(
                new long[] {255, 128, 0, 0, 0, 255},
                read(file, DataType.UINT8, Shape.of(1, 1, 2, 3)).toLongs());
        assertArrayEquals(
                new long[] {127, 0, -128, -128, -128, 127},
                read(file, DataType.INT8, Shape.of(1, 1, 2, 3)).toLongs());
        Tensor channelsSecond = TensorFiles.read(
                file,
                spec(DataType.FLOAT32, Shape.of(1, 3, 1, 2)),
                new Normalization(List.of(255f, 128f, 0f), List.of(1f, 1f, 255f)));
        assertArrayEquals(new float[] {0, -255, 0, -128, 0, 1}, channelsSecond.toFloats());
    }

    @Test
    void rawElementsMustBeAsManyAsTheInputTakes() throws IOException, ConversionException {
        Path file = folder.resolve("x.bin");
        Files.write(file, new byte[] {1, 0, 2, 0});
        assertArrayEquals(
                new long[] {1, 2}, read(file, DataType.INT16, Shape.of(2)).toLongs());
        ConversionException e = assertThrows(ConversionException.class, () -> read(file, DataType.INT16, Shape.of(3)));
        assertTrue(e.getMessage().contains("6 bytes"), e.getMessage());
    }

    @Test
    void arraysTakeTheShapeOfTheInputButNotItsType() throws IOException, ConversionException {
        Path file = folder.resolve("x.npy");
        Files.write(file, Npy.write(Tensor.ofFloats(Shape.of(2, 2), 1, 2, 3, 4)));
        assertEquals(
                Shape.of(1, 4), read(file, DataType.FLOAT32, Shape.of(1, 4)).shape());
        assertThrows(ConversionException.class, () -> read(file, DataType.INT8, Shape.of(1, 4)));
        assertThrows(ConversionException.class, () -> read(file, DataType.FLOAT32, Shape.of(5)));
    }

    private static Tensor read(Path file, DataType type, Shape shape) throws ConversionException {
        return TensorFiles.read(file, spec(type, shape), Normalization.DEFAULT);
    }

    private static TensorSpec spec(DataType type, Shape shape) {
        return new TensorSpec("x", type, shape, Optional.empty());
    }
}
