package dev.tfliteonnx.tfl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.Bytes;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The buffers were written with the flatbuffers package of Python: {@code flexbuffers.Dumps} and its Builder. */
class FlexOptionsTest {
    /** {@code Dumps({"a": 1, "b": -2.5, "c": True, "d": "hey", "n": None, "neg": -129})}. */
    private static final String SCALARS =
            "610062006300640003686579006e006e65670006141312110b0a00000800000001000000060000"
                    + "0001000000000020c0010000002b000000000000007fffffff060e6a1402061e2601";

    /** {@code Dumps({"outer": {"inner": [1.5, "x", None, {"k": 7}]}, "z": []})}. */
    private static final String NESTED =
            "6f7574657200696e6e6572000178006b0001030101010704040000000000c03f1300000000000000"
                    + "120000000e140224012b010101192a7a0000023b050201020b072428042401";

    /**
     * Builder: a map of uint = UInt(2⁶⁴−1), ints = typed [1, −2, 300], floats = typed [0.5, 1.25], bools = typed [True,
     * False], fixed = fixed typed [7, 8, 9], fixedf = fixed typed [1.5, −2.5], blob = 1 2 3, iint = IndirectInt(−70000),
     * iuint = IndirectUInt(4000000000), ifloat = IndirectFloat(3.25), key = Key("akey").
     */
    private static final String KINDS =
            "75696e7400696e74730003000100feff2c01666c6f61747300000000020000000000003f0000a03f"
                    + "626f6f6c7300020100666978656400070809666978656466000000000000c03f000020c0626c6f62000301020369696e7400000090"
                    + "eefeff6975696e7400000000286bee69666c6f61740000000050406b657900616b6579000b365b534b741b33842a138c0000000e00"
                    + "00000000000001000000000000000b000000000000005600000000000000810000000000000081000000000000007c000000000000"
                    + "00a8000000000000005c000000000000007c00000000000000d40000000000000080000000000000007400000000000000ffffffff"
                    + "ffffffff64904c4a36221a2d1e100b632701";

    private static FlexOptions of(String hex) {
        return FlexOptions.of(Bytes.of(HexFormat.of().parseHex(hex), "test"));
    }

    @Test
    void readsScalarsOfAMap() {
        FlexOptions map = of(SCALARS);
        assertTrue(map.isMap());
        assertEquals(List.of("a", "b", "c", "d", "n", "neg"), map.keys());
        assertEquals(1, map.integer("a", 0));
        assertEquals(-2.5f, map.number("b", 0));
        assertTrue(map.flag("c", false));
        assertEquals("hey", map.text("d", ""));
        assertEquals(-129, map.integer("neg", 0));
    }

    @Test
    void takesNullAndMissingForAbsent() {
        FlexOptions map = of(SCALARS);
        assertTrue(map.find("n").isEmpty());
        assertEquals(100, map.integer("n", 100));
        assertEquals(0.5f, map.number("nowhere", 0.5f));
        assertTrue(map.flag("nowhere", true));
        assertEquals("else", map.text("nowhere", "else"));
        assertEquals(0, map.integers("nowhere").length);
    }

    @Test
    void readsNumbersLeniently() {
        FlexOptions map = of(SCALARS);
        assertEquals(1f, map.number("a", 0));
        assertEquals(-2, map.integer("b", 0));
        assertEquals(1, map.integer("c", 0));
        assertTrue(map.flag("a", false));
        assertEquals(-129f, map.number("neg", 0));
    }

    @Test
    void readsNestedValues() {
        FlexOptions root = of(NESTED);
        FlexOptions inner = root.find("outer").flatMap(o -> o.find("inner")).orElseThrow();
        List<FlexOptions> elements = inner.elements();
        assertEquals(4, elements.size());
        assertEquals(1.5, elements.get(0).asDouble());
        assertEquals("x", elements.get(1).asString());
        assertTrue(elements.get(2).isNull());
        assertEquals(7, elements.get(3).integer("k", 0));
        assertTrue(root.find("z").orElseThrow().elements().isEmpty());
    }

    @Test
    void readsEveryKindOfValue() {
        FlexOptions map = of(KINDS);
        assertArrayEquals(new long[] {1, -2, 300}, map.integers("ints"));
        assertEquals(1.25, map.find("floats").orElseThrow().elements().get(1).asDouble());
        assertTrue(map.find("bools").orElseThrow().elements().get(0).asBoolean());
        assertFalse(map.find("bools").orElseThrow().elements().get(1).asBoolean());
        assertArrayEquals(new long[] {7, 8, 9}, map.integers("fixed"));
        assertEquals(-2.5, map.find("fixedf").orElseThrow().elements().get(1).asDouble());
        assertArrayEquals(
                new byte[] {1, 2, 3}, map.find("blob").orElseThrow().asBytes().toArray());
        assertEquals(-70000, map.integer("iint", 0));
        assertEquals(4000000000L, map.integer("iuint", 0));
        assertEquals(3.25f, map.number("ifloat", 0));
        assertEquals("akey", map.text("key", ""));
        assertEquals(0x1p64, map.find("uint").orElseThrow().asDouble(), 0x1p12);
    }

    @Test
    void readsRootsThatAreNoMaps() {
        assertEquals(5, of("050401").asLong());
        List<FlexOptions> pair = of("046e616d650004626c6f62020b061464042801").elements();
        assertEquals("name", pair.get(0).asString());
        assertArrayEquals(new byte[] {'b', 'l', 'o', 'b'}, pair.get(1).asBytes().toArray());
        // a typed vector of keys
        List<FlexOptions> keys = of("70007100020504023801").elements();
        assertEquals(List.of("p", "q"), keys.stream().map(FlexOptions::asString).toList());
    }

    @Test
    void takesNoBytesForNull() {
        FlexOptions empty = of("");
        assertTrue(empty.isNull());
        assertEquals(3, empty.integer("a", 3));
        assertTrue(empty.elements().isEmpty());
    }

    @Test
    void refusesWhatIsSomethingElse() {
        FlexOptions map = of(SCALARS);
        assertThrows(FlexOptions.Malformed.class, () -> map.integer("d", 0));
        assertThrows(FlexOptions.Malformed.class, () -> map.text("a", ""));
        assertThrows(FlexOptions.Malformed.class, () -> map.integers("a"));
        assertThrows(FlexOptions.Malformed.class, () -> of("050401").keys());
        assertThrows(FlexOptions.Malformed.class, map::asLong);
    }

    @Test
    void refusesBrokenBuffers() {
        assertThrows(FlexOptions.Malformed.class, () -> of("04"));
        assertThrows(FlexOptions.Malformed.class, () -> of("050403"));
        // the root is a string 200 bytes before the start
        assertThrows(FlexOptions.Malformed.class, () -> of("c81401"));
        // a vector that claims 255 elements
        assertThrows(FlexOptions.Malformed.class, () -> of("ff00012801").elements());
    }

    /** Cut or altered at any place a buffer is either read or refused, never anything else. */
    @Test
    void survivesDamage() {
        Random random = new Random(7);
        byte[] whole = HexFormat.of().parseHex(KINDS);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = whole.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            int from = random.nextBoolean() ? 0 : random.nextInt(bytes.length);
            byte[] cut = java.util.Arrays.copyOfRange(bytes, from, bytes.length);
            refused += isRefused(Bytes.of(cut, "damaged")) ? 1 : 0;
        }
        assertTrue(refused > 1000 && refused < 19_000, refused + " refused");
        assertFalse(isRefused(Bytes.of(whole, "whole")));
    }

    private static boolean isRefused(Bytes bytes) {
        try {
            FlexOptions root = FlexOptions.of(bytes);
            for (String key : root.keys()) {
                root.find(key).filter(FlexOptions::isNumber).ifPresent(FlexOptions::asDouble);
            }
            root.integers("ints");
            root.text("key", "");
            root.find("blob").ifPresent(FlexOptions::asBytes);
            return false;
        } catch (FlexOptions.Malformed e) {
            return true;
        }
    }
}
