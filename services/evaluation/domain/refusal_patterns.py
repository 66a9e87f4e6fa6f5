"""How languages say that something is not known or not told: one pattern per line, case folded, NFKC.

Each names the documents, the information or the speaker: "breakfast is not included" is an answer.
"""

import re

_TOLD = (
    r"\b(?:documents?|passages?|contexts?|excerpts?|sources?|texts?|knowledge base|"
    r"(?:provided|available|given) (?:information|data|material)s?|"
    r"information (?:provided|available|given))\b"
)
_ENGLISH = r"""
TOLD.{0,60}\b(?:do(?:es)? not|don't|doesn't|did not|didn't)\b.{0,30}\b(?:contain|mention|say|include|provide)
TOLD.{0,60}\b(?:do(?:es)? not|don't|doesn't)\b.{0,30}\b(?:cover|state|specify|address|answer|have|give)
TOLD.{0,60}\b(?:do(?:es)? not|don't|doesn't)\b.{0,30}\b(?:describe|tell)
\bno (?:\w+ ){0,3}(?:information|answer|mention|details?|data)\b.{0,60}\b(?:available|provided|found|about)
\bno (?:\w+ ){0,3}(?:information|answer|mention|details?)\b.{0,60}\b(?:on|regarding|in the|to answer)\b
\b(?:not any|not enough|insufficient) (?:\w+ ){0,3}(?:information|details?|data)\b
\b(?:is|are|was|were) not (?:\w+ ){0,2}(?:mentioned|contained|specified|stated|addressed|described)\b
\bi (?:really |also )?(?:do not|don't) (?:know|have|see|find)\b
\bi (?:also )?(?:cannot|can't|can not|could not|couldn't) (?:answer|find|tell|say|see|determine|help|locate)
\bi (?:also )?(?:cannot|can't|can not|could not|couldn't) (?:provide|confirm|assist)
\bi(?:'m| am) (?:unable to|not able to|not sure)\b
\bdocuments? i am given\b.{0,20}\bnone were given\b
\b(?:unable|not able) to (?:answer|find|provide|determine|locate)\b
\b(?:cannot|can't|can not|could not|couldn't) be (?:answered|determined)\b
^(?:sorry|i'm sorry|i am sorry|i apologi[sz]e)\b.{0,80}\b(?:not|no|cannot|can't|unable|don't|couldn't)\b
"""
_GERMAN_AND_DUTCH = r"""
\bweiss (?:ich )?(?:es |das )?(?:leider )?nicht\b
\b(?:dokument|unterlage|quelle|text|passage|kontext)\w*\b.{0,60}\benth(?:alten|ält)\b.{0,60}\b(?:nicht|kein)
\b(?:dokument|unterlage|quelle|text|passage)\w*\b.{0,60}\b(?:nennen|nennt|sagen|sagt)\b.{0,60}\b(?:nicht|kein)
\b(?:dokument|unterlage|quelle|text|passage)\w*\b.{0,60}\b(?:erwähn|beantwort)\w+\b.{0,60}\b(?:nicht|kein)
\b(?:dokument|unterlage|quelle|text|passage)\w*\b.{0,80}\bnicht (?:erwähnt|enthalten|genannt|beantwortet)
\bkeine? (?:\w+ ){0,2}(?:information|angabe|antwort|hinweis|auskunft)
\bkann (?:ich )?.{0,60}\bnicht (?:beantworten|finden|sagen|beantwortet)
\b(?:weet ik|ik weet) (?:het )?niet\b
\bgeen (?:\w+ )?(?:informatie|antwoord)\b
\b(?:document|tekst|bron|passage)\w*\b.{0,60}\b(?:bevat|vermeld|noem|zeg|geven)\w*.{0,20}\b(?:geen|niet)
"""
_ROMANCE = r"""
\bno (?:lo )?(?:sé|se sabe|tengo (?:\w+ ){0,2}información|puedo (?:responder|encontrar|contestar))
\b(?:documento|texto|pasaje|fuente|contexto|fragmento)s?\b.{0,60}\bno (?:\w+ )?(?:contien|mencion|inclu|dice)
\b(?:documento|texto|pasaje|fuente|contexto)s?\b.{0,60}\bno (?:\w+ )?(?:respond|proporcion|indica|especific)
\bno (?:hay|encontré|encuentro|se encontró) (?:\w+ ){0,2}(?:información|mención|respuesta|datos)\b
\bno se (?:menciona|especifica|indica)\b
\bnão (?:sei|encontrei|posso responder|consta|é mencionad)
\bnão (?:há|tenho) (?:\w+ ){0,2}(?:informaç|menç|resposta|dados)
\b(?:documento|texto|trecho|fonte)s?\b.{0,60}\bnão (?:\w+ )?(?:cont|menciona|diz|respond|indica|inclu)
\bnon (?:lo )?(?:so|ho (?:\w+ )?informazioni|posso rispondere|trovo|è (?:menzionat|indicat)\w)\b
\b(?:document|test|bran|font)\w*\b.{0,60}\bnon (?:\w+ )?(?:conten|menzion|dic|rispond|fornis|indic)
\bje ne (?:le )?(?:sais|peux|trouve|dispose)\b.{0,40}\b(?:pas|aucun)
\bje n'ai (?:pas|aucune)\b
\b(?:document|texte|passage|source)s?\b.{0,60}\bne (?:\w+ )?(?:contien|mention)\w*.{0,20}\b(?:pas|aucun|rien)
\b(?:document|texte|passage)s?\b.{0,60}\bne (?:\w+ )?(?:précis|indiqu|répond|fourni|donn|di)\w*.{0,20}\bpas
\b(?:n'est|ne sont)\b.{0,20}\bpas (?:\w+ )?(?:mention|indiqu|précis)
\bn'y a\b.{0,20}\b(?:pas|aucune?) (?:\w+ )?(?:mention|d'information|information|de réponse|réponse)
"""
_SLAVIC_AND_TURKISH = r"""
\bnie (?:wiem|mam (?:\w+ )?informacji|znalazł\w*|mogę odpowiedzieć)
\b(?:dokument|tekst|źródł)\w*\b.{0,40}\bnie (?:zawiera|wspomina|podaj)
\bне (?:знаю|упомина|указан|наш[её]л|могу ответить|можу відповісти|знайш)
\b(?:документ|текст|источник|джерел)\w*.{0,60}\bне (?:содерж|упомина|сообща|міст|згаду)
\bнет (?:\w+ ){0,2}(?:информации|ответа|сведений|данных)
\bнемає (?:\w+ ){0,2}(?:інформації|відповіді)
\bbilmiyorum\b
\bbilgi (?:yok|bulunma)
\b(?:belge|metin|kaynak|doküman)\w*\b.{0,60}(?:yer almıyor|bulunmuyor|içermiyor|bahsetmiyor|bahsedilmiyor)
"""
_OTHER_SCRIPTS = r"""
नहीं (?:पता|जानता|जानती|मिला|मिली|बताया|दी गई|दिया गया)
(?:जानकारी|उत्तर|जवाब|उल्लेख)[^।]{0,40}नहीं
لا (?:أعرف|أعلم|أستطيع الإجابة|يمكنني الإجابة)
لم (?:أجد|يرد|يذكر|يتم ذكر)
(?:الوثائق|المستندات|النص|النصوص|المصادر|الوثيقة|المستند).{0,30}لا (?:تحتوي|يحتوي|تذكر|يذكر)
لا (?:تحتوي|تذكر|يذكر|يحتوي) (?:الوثائق|المستندات|النص|النصوص|المصادر|الوثيقة|المستند)
(?:لا توجد|ليس لدي|ليست هناك) (?:معلومات|إجابة)
不知道|不清楚|无法(?:回答|找到|确定)|無法(?:回答|找到|確定)
[没沒]有(?:.{0,10})?(?:提到|提及|相关信息|相關資訊|答案|说明|說明)
未(?:提及|提到|找到)
(?:文档|文件|文章|资料|資料).{0,12}(?:没有|沒有|未|不)包含
わかりません|分かりません|知りません|見つかりません|お答えできません
(?:記載|情報|回答|答え|言及)(?:が|は|され).{0,12}(?:ありません|いません|ない)
(?:文書|資料|ドキュメント).{0,30}含まれていません
모릅니다|모르겠|알 수 없|찾을 수 없|답변할 수 없
(?:정보|답변|언급)[^.]{0,12}(?:없|않)
"""
_LANGUAGES = (_ENGLISH, _GERMAN_AND_DUTCH, _ROMANCE, _SLAVIC_AND_TURKISH, _OTHER_SCRIPTS)
REFUSES = re.compile(
    "|".join(
        f"(?:{line.replace('TOLD', _TOLD)})"
        for language in _LANGUAGES
        for line in language.strip().splitlines()
    )
)
