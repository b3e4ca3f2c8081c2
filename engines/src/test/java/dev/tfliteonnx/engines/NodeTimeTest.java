package dev.tfliteonnx.engines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeTimeTest {
    @TempDir
    private Path folder;

    @Test
    void namesTheNodesThatRan() throws IOException, EngineException {
        assumeTrue(Engines.hasOnnxRuntime(), "ONNX Runtime is not on this machine");
        Path model = Files.write(folder.resolve("add_relu.onnx"), OnnxRuntimeEngineTest.ADD_RELU);
        List<Tensor> inputs;
        try (OnnxRuntimeEngine engine = OnnxRuntimeEngine.open(model, OnnxRuntimeOptions.plain())) {
            inputs = SeededInputs.of(1).make(engine.inputs());
        }
        List<NodeTime> nodes = NodeTime.of(model, OnnxRuntimeOptions.plain(), inputs, 3);
        assertEquals(List.of("Add", "Relu"), nodes.stream().map(NodeTime::op).toList());
        for (NodeTime node : nodes) {
            assertTrue(node.micros() >= 0 && node.shapes().contains("float"), node.toString());
        }
    }
}
