"""Cards of EfficientNet-Lite0 that trade exactness for speed. Each is a space of its own."""

from __future__ import annotations

from dataclasses import replace

from search.embedding.cards import LITE0_BALANCED

# Half of fp32's time: 4.3 ms a picture and view against 10.1 (ONNX Runtime, one core with VNNI,
# batch 8). Vectors of 269 photos of groceries and 558 of clothes lie .004 and .007 (mean) and .02
# and .05 (most) from those of fp32; R@1 / mAP@10 went from 46.2 / 61.2 to 47.1 / 61.7 and from
# 48.2 / 27.6 to 49.1 / 27.8, which is noise. Without VNNI the processor's sums saturate: have web
# server and worker on processors of one kind.
LITE0_INT8 = replace(LITE0_BALANCED, name="efficientnet-lite0/balanced-int8@1", precision="int8")

# For processors that multiply bf16: 6.3 ms against 12.7 in fp32 with OpenVINO. Drawn pictures lie
# .001 from fp32.
LITE0_BF16 = replace(
    LITE0_BALANCED,
    name="efficientnet-lite0/balanced-bf16@1",
    precision="bf16",
    engine="openvino",
)

# For GPUs: drawn pictures lie .004 from fp32, and .003 from OpenVINO's bf16. Web server and worker
# both run it in torch, the one without a GPU on its CPU.
LITE0_BF16_TORCH = replace(
    LITE0_BF16, name="efficientnet-lite0/balanced-bf16-torch@1", engine="torch"
)

PRECISION_CARDS = (LITE0_INT8, LITE0_BF16, LITE0_BF16_TORCH)
