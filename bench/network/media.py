"""What the microphones and cameras of a bench say and show, made when it runs."""

import math
import shutil
import subprocess
import wave
from array import array
from pathlib import Path
from random import Random

HERTZ = 48_000
WIDTH, HEIGHT, FRAMES_A_SECOND, FRAMES = 640, 480, 20, 60
SPEECH = (
    "Kính thưa cán bộ, gia đình tôi ở xã Ba Vì, có ba trăm mười hai mét vuông đất vườn giáp mương. "
    "Tháng trước xã đo lại, biên bản ghi thiếu bốn mươi sáu mét vuông. Tôi đã gửi đơn hai lần mà chưa "
    "được trả lời. Nay tôi đề nghị đo lại cho đúng, có mặt các hộ liền kề, và tính bồi thường phần còn "
    "thiếu. Giấy tờ tôi mang theo đủ cả: sổ đỏ, biên bản, và bản vẽ năm một nghìn chín trăm chín mươi lăm."
)


def speech(folder: Path) -> Path:
    """A voice that never stops, 48 kHz mono; without espeak-ng, tones in the rhythm of syllables."""
    path = folder / "voice.wav"
    if shutil.which("espeak-ng"):
        spoken = folder / "espeak.wav"
        subprocess.run(["espeak-ng", "-v", "vi", "-s", "165", "-w", str(spoken), SPEECH], check=True)
        _write(path, _resampled(spoken))
        spoken.unlink()
    else:
        _write(path, _hum(12))
    return path


def spoken_by() -> str:
    return (
        "espeak-ng, Vietnamese"
        if shutil.which("espeak-ng")
        else "tones in the rhythm of speech (apt install espeak-ng)"
    )


def _resampled(path: Path) -> "array[int]":
    """Chromium's false microphone wants 48 kHz; between two samples a straight line."""
    with wave.open(str(path)) as file:
        rate, given = file.getframerate(), array("h", file.readframes(file.getnframes()))
    out = array("h", bytes(2 * int(len(given) * HERTZ / rate)))
    for n in range(len(out) - 1):
        whole, part = divmod(n * rate / HERTZ, 1)
        at = int(whole)
        following = given[min(at + 1, len(given) - 1)]
        out[n] = int(given[at] + (following - given[at]) * part)
    return out


def _hum(seconds: int) -> "array[int]":
    """Harmonics of a voice's pitch, four syllables a second, no two alike."""
    chance = Random(7)  # noqa: S311 - the same hum each time
    out = array("h")
    length = HERTZ // 4
    for _ in range(seconds * 4):
        pitch, loud = chance.uniform(110, 190), chance.uniform(0.5, 1)
        weights = [chance.uniform(0.2, 1) / harmonic for harmonic in range(1, 9)]
        for n in range(length):
            swell = math.sin(math.pi * n / length) ** 0.5 * loud * 5000
            turn = 2 * math.pi * pitch * n / HERTZ
            value = sum(weight * math.sin(turn * (k + 1)) for k, weight in enumerate(weights))
            out.append(int(max(-32000, min(32000, swell * value))))
    return out


def _write(path: Path, samples: "array[int]") -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(HERTZ)
        file.writeframes(samples.tobytes())


def picture(folder: Path) -> Path:
    """A head that sways before a grained wall: y4m, 640x480, three seconds, again and again."""
    path = folder / "camera.y4m"
    chance = Random(5)  # noqa: S311 - the same wall each time
    wall = [
        bytes(min(255, 90 + row // 6 + chance.randrange(14)) for _ in range(WIDTH)) for row in range(HEIGHT)
    ]
    grain = bytes(chance.randrange(-6, 7) % 256 for _ in range(WIDTH))
    skin = bytes((176 + (value if value < 128 else value - 256)) % 256 for value in grain)
    plain = bytes([128]) * (WIDTH * HEIGHT // 4)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FRAMES_A_SECOND}:1 Ip A1:1 C420\n".encode())
        for frame in range(FRAMES):
            turn = 2 * math.pi * frame / FRAMES
            file.write(b"FRAME\n" + _head(wall, skin, turn) + plain + plain)
    return path


def _head(wall: list[bytes], skin: bytes, turn: float) -> bytes:
    middle, centre = WIDTH // 2 + int(40 * math.sin(turn)), 220 + int(10 * math.sin(2 * turn))
    mouth = 6 + int(10 * abs(math.sin(4 * turn)))
    rows = []
    for y, row in enumerate(wall):
        high = (y - centre) / 150
        half = int(105 * math.sqrt(1 - high * high)) if abs(high) < 1 else 190 if y > 380 else 0
        if not half:
            rows.append(row)
            continue
        left = middle - half
        face = bytearray(skin[: 2 * half])
        if centre - 50 < y < centre - 30 and half > 60:
            for eye in (half - 45, half + 25):
                face[eye : eye + 20] = bytes([40]) * 20
        if abs(y - centre - 70) < mouth and half > 40:
            face[half - 30 : half + 30] = bytes([70]) * 60
        rows.append(row[:left] + face + row[left + 2 * half :])
    return b"".join(rows)
