package dev.tfliteonnx.checker.files;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** Pictures as tensors: scaled to the extents of an input, bilinear, and normalized. */
final class Images {
    private Images() {}

    /**
     * Reads a picture.
     *
     * @param file PNG, JPEG, BMP or GIF
     * @param type float32, uint8 or int8; stored integers are levels 0 to 255, less 128 for int8
     * @param shape {@code [1,H,W,C]}, {@code [1,C,H,W]} or without the leading 1, where C is 1 (brightness) or 3 (RGB)
     * @param mean per channel, or once, of levels 0 to 255
     * @param std per channel, or once; real numbers become {@code (level - mean) / std}
     * @throws IOException if it cannot be read, or the input is not of a picture's shape
     */
    static Tensor read(Path file, DataType type, Shape shape, List<Float> mean, List<Float> std) throws IOException {
        Frame frame = Frame.of(shape);
        BufferedImage image = ImageIO.read(file.toFile());
        if (image == null) {
            throw new IOException("it is no picture of a known format (PNG, JPEG, BMP, GIF)");
        }
        int[] pixels = scaled(image, frame);
        float[] levels = new float[pixels.length * frame.channels];
        for (int at = 0; at < pixels.length; at++) {
            for (int c = 0; c < frame.channels; c++) {
                int to = frame.channelsLast ? at * frame.channels + c : c * pixels.length + at;
                levels[to] = frame.channels == 1 ? brightness(pixels[at]) : level(pixels[at], c);
            }
        }
        if (type == DataType.FLOAT32) {
            normalize(levels, frame, mean, std);
            return Tensor.ofFloats(shape, levels);
        }
        if (type != DataType.UINT8 && type != DataType.INT8) {
            throw new IOException("a picture cannot be given as " + type);
        }
        long[] stored = new long[levels.length];
        for (int i = 0; i < stored.length; i++) {
            stored[i] = (long) Math.round(levels[i]) - (type == DataType.INT8 ? 128 : 0);
        }
        return Tensor.ofIntegers(type, shape, stored);
    }

    private record Frame(int height, int width, int channels, boolean channelsLast) {
        static Frame of(Shape shape) throws IOException {
            int rank = shape.isStatic() ? shape.rank() : 0;
            if (rank == 3 || rank == 4 && shape.size(0) == 1) {
                int h = (int) shape.size(rank - 3);
                int w = (int) shape.size(rank - 2);
                int c = (int) shape.size(rank - 1);
                if (c == 1 || c == 3) {
                    return new Frame(h, w, c, true);
                }
                if (h == 1 || h == 3) {
                    return new Frame(w, c, h, false);
                }
            }
            throw new IOException("an input of shape " + shape + " takes no picture: [1,H,W,3] or the like does");
        }
    }

    private static int[] scaled(BufferedImage image, Frame frame) {
        BufferedImage scaled = new BufferedImage(frame.width, frame.height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = scaled.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, 0, 0, frame.width, frame.height, null);
        graphics.dispose();
        return scaled.getRGB(0, 0, frame.width, frame.height, null, 0, frame.width);
    }

    private static int level(int pixel, int channel) {
        return pixel >> (16 - 8 * channel) & 0xff;
    }

    private static float brightness(int pixel) {
        return 0.299f * level(pixel, 0) + 0.587f * level(pixel, 1) + 0.114f * level(pixel, 2);
    }

    private static void normalize(float[] levels, Frame frame, List<Float> mean, List<Float> std) {
        int plane = levels.length / frame.channels;
        for (int i = 0; i < levels.length; i++) {
            int c = frame.channelsLast ? i % frame.channels : i / plane;
            levels[i] = (levels[i] - of(mean, c)) / of(std, c);
        }
    }

    private static float of(List<Float> perChannel, int channel) {
        return perChannel.get(Math.min(channel, perChannel.size() - 1));
    }
}
