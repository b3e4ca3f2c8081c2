package dev.tfliteonnx.exporter.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.tfliteonnx.formats.tflite.Operator;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.tfl.BuiltinOp;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Writes the operators of one subgraph. */
final class OperatorEncoder {
    private final FlatBufferBuilder fb;
    private final TensorTable tensors;
    private final List<TfliteWriter.Code> codes;

    OperatorEncoder(FlatBufferBuilder fb, TensorTable tensors, List<TfliteWriter.Code> codes) {
        this.fb = fb;
        this.tensors = tensors;
        this.codes = codes;
    }

    int encode(Node node) {
        TfliteWriter.Code code = TfliteWriter.Code.of(node);
        BuiltinOp op = code.op();
        Attributes own = node.attributes()
                .without(Tfl.VERSION_OF_OP)
                .without(Tfl.CUSTOM_OPTIONS)
                .without(Tfl.RECORDED_CHANNELS)
                .without(Tfl.INTERMEDIATES)
                .without(Tfl.INTERMEDIATE_SCALES)
                .without(Tfl.INTERMEDIATE_ZERO_POINTS);
        int options = op.union() == BuiltinOp.Union.NONE ? 0 : OptionsEncoder.encode(fb, op, own);
        int custom = node.attributes()
                .find(Tfl.CUSTOM_OPTIONS)
                .map(Bytes::toArray)
                .filter(b -> b.length > 0)
                .map(b -> Vectors.bytes(fb, b, TfliteWriter.ALIGNMENT))
                .orElse(0);
        int inputs = tensors.indices(node.inputs());
        int outputs = tensors.indices(node.outputs());
        int intermediates = intermediates(node.attributes());
        Operator.startOperator(fb);
        Operator.addOpcodeIndex(fb, codes.indexOf(code));
        Operator.addInputs(fb, inputs);
        Operator.addOutputs(fb, outputs);
        if (op.union() == BuiltinOp.Union.OPTIONS) {
            Operator.addBuiltinOptionsType(fb, (byte) op.optionsType());
            Operator.addBuiltinOptions(fb, options);
        } else if (op.union() == BuiltinOp.Union.OPTIONS_2) {
            Operator.addBuiltinOptions2Type(fb, (byte) op.optionsType());
            Operator.addBuiltinOptions2(fb, options);
        }
        Operator.addCustomOptions(fb, custom);
        Operator.addIntermediates(fb, intermediates);
        return Operator.endOperator(fb);
    }

    private int intermediates(Attributes attributes) {
        Floats scales = attributes.get(Tfl.INTERMEDIATE_SCALES, Floats.of());
        Ints zeroPoints = attributes.get(Tfl.INTERMEDIATE_ZERO_POINTS, Ints.of());
        if (scales.size() == 0) {
            return 0;
        }
        int[] numbers = new int[scales.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = tensors.addScale(scales.get(i), zeroPoints.get(i));
        }
        return Vectors.ints(fb, numbers);
    }
}
