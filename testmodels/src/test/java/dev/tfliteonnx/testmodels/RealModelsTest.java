package dev.tfliteonnx.testmodels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.formats.tflite.Model;
import dev.tfliteonnx.formats.tflite.SubGraph;
import dev.tfliteonnx.formats.tflite.Tensor;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.tfl.TensorTypes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RealModelsTest {
    private static void check(RealModel model) {
        Model root = Model.getRootAsModel(ByteBuffer.wrap(model.array()));
        SubGraph graph = root.subgraphs(0);
        for (RealModel.Run run : model.runs()) {
            List<Tensor> inputs = new ArrayList<>();
            List<Tensor> outputs = new ArrayList<>();
            for (int i = 0; i < graph.inputsLength(); i++) {
                inputs.add(graph.tensors(graph.inputs(i)));
            }
            for (int i = 0; i < graph.outputsLength(); i++) {
                outputs.add(graph.tensors(graph.outputs(i)));
            }
            same(model, inputs, run.inputs());
            same(model, outputs, run.reference());
            same(model, outputs, run.standard());
        }
    }

    private static void same(RealModel model, List<Tensor> stated, List<dev.tfliteonnx.ir.Tensor> given) {
        assertEquals(stated.size(), given.size(), model::name);
        for (int i = 0; i < given.size(); i++) {
            assertEquals(
                    TensorTypes.of(stated.get(i).type()).orElseThrow(),
                    given.get(i).type(),
                    model::name);
            assertEquals(stated.get(i).shapeLength(), given.get(i).shape().rank(), model::name);
            for (int axis = 0; axis < stated.get(i).shapeLength(); axis++) {
                assertEquals(stated.get(i).shape(axis), given.get(i).shape().size(axis), model::name);
            }
        }
    }

    @Test
    void modelsHaveRunsThatFitThem() {
        List<RealModel> models = RealModels.all();
        assertTrue(models.size() >= 10);
        for (RealModel model : models) {
            assertEquals(3, model.runs().size(), model::name);
            check(model);
            assertTrue(model.bytes().size() < 60_000, model::name);
        }
    }

    @Test
    void everyWayToQuantizeIsThere() {
        assertEquals(
                DataType.INT8,
                RealModels.named("cnn_int8io").runs().get(0).inputs().get(0).type());
        assertTrue(RealModels.named("cnn_int16").isQuantized());
        assertThrows(IllegalArgumentException.class, () -> RealModels.named("none"));
    }

    @Test
    void demoRecognizesItsDrawings() {
        RealModel demo = RealModels.demo();
        check(demo);
        assertEquals(RealModels.demoLabels().size(), demo.runs().size());
        for (int label = 0; label < demo.runs().size(); label++) {
            double[] scores = demo.runs().get(label).reference().get(0).toDoubles();
            int best = 0;
            for (int i = 1; i < scores.length; i++) {
                best = scores[i] > scores[best] ? i : best;
            }
            assertEquals(label, best);
        }
    }
}
